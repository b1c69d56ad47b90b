"""What a package's checker.py answers with, and what most checkers need.  `import mljudge_checker as mj`.

    def check(args, expected, got, params):
        ...
        return mj.accept()
        return mj.reject("not optimal", "objective is 0.3 above the optimum", "w = [...]")

args, expected, got: dicts by name (a single unnamed return: the value itself), as flavour `python` sees them.
A checker with "runs": N in problem.json is asked about N calls at once (metamorphic relations, samples):

    def vary(rng, args, params):                    # when the tests are built
        return [args of call 2, ..., args of call N]
    def check_runs(runs, expected, params):         # runs: [(args, got), ...]; expected: of call 1

params: "params" of problem.json, and `strict`: 1, or 0.1 when a reference is checked; tolerances are multiplied by it.
Every test is written so that a NaN is rejected: `if not err <= tol`."""


class Answer:
    __slots__ = ("accepted", "kind", "candidate", "host")

    def __init__(self, accepted, kind="", candidate="", host=""):
        self.accepted, self.kind, self.candidate, self.host = accepted, kind, candidate, host


def accept():
    return Answer(True)


def reject(kind, candidate_message="", host_message=""):
    """kind: a fixed word, all that a hidden test shows (value, shape, order, score, index, duplicate, range, not finite,
    tolerance, not a solution, infeasible, not optimal, or one of "kinds" in problem.json).  candidate_message: shown of
    samples and with --reveal.  host_message: only to whoever runs the judge with --reveal."""
    return Answer(False, kind, candidate_message, host_message)


def changed(args, **others):
    """The same arguments but for `others`: for vary()."""
    unknown = set(others) - set(args)
    if unknown:
        raise KeyError("no argument is called %s" % sorted(unknown)[0])
    return dict(args, **others)


def close(a, b, rtol=1e-9, atol=1e-9):
    """Are all |a - b| <= atol + rtol |b|?  Equal shapes; NaN is near nothing, an infinity only near itself."""
    import numpy as np
    a, b = np.asarray(a, float), np.asarray(b, float)
    if a.shape != b.shape:
        return False
    with np.errstate(all="ignore"):
        near = np.abs(a - b) <= atol + rtol * np.abs(b)
    return bool(np.all(np.where(np.isfinite(a) & np.isfinite(b), near, a == b)))


def is_permutation(indices, n):
    """Does it hold each of 0 .. n-1 once?"""
    import numpy as np
    indices = np.asarray(indices)
    return indices.shape == (n,) and bool(np.array_equal(np.sort(indices), np.arange(n)))


def relative_residual(A, x, b):
    """The backward error |Ax - b| / (|A| |x| + |b|), norms of infinity (C11), in long double; inf if x is not finite."""
    import numpy as np
    A, x, b = (np.asarray(v, np.longdouble) for v in (A, x, b))
    if not np.all(np.isfinite(x)):
        return float("inf")
    top = np.max(np.abs(A @ x - b), initial=0)
    bottom = np.max(np.sum(np.abs(A), axis=1), initial=0) * np.max(np.abs(x), initial=0) + np.max(np.abs(b), initial=0)
    return float(top / bottom) if bottom > 0 else (0.0 if top == 0 else float("inf"))


def kkt_lasso(X, y, w, lam, tau, zero=1e-12, slack=1e-4):
    """Is w optimal for |y - Xw|^2 / 2n + lam |w|_1 (C13)?  None, or a sentence about the first coordinate that is not.
    Coordinates whose |c_j| < lam (1 - slack) must be zero: |w_j| < zero."""
    import numpy as np
    X, y, w = (np.asarray(v, np.longdouble) for v in (X, y, w))
    if not np.all(np.isfinite(w)):
        return "w is not finite"
    c = X.T @ (y - X @ w) / len(y)
    for j in range(len(w)):
        if abs(c[j]) < lam * (1 - slack) and not abs(w[j]) < zero:
            return "w[%d] must be 0" % j
        error = abs(c[j] - lam * np.sign(w[j])) if abs(w[j]) >= zero else abs(c[j]) - lam
        if not error <= tau:
            return "w[%d]: the gradient is off by %.3g, allowed %.3g" % (j, error, tau)
    return None


def topk_tie(true_scores, n, best, idx, score, tau):
    """Is (idx, score) a top k of n items (C14)?  None, or (kind, sentence).  Near-ties may swap; a missing better item
    cannot pass.  best: the indices of a right top k in any order, as in an expected answer.  true_scores: a function from
    an array of indices to their scores, as exactly as possible; it is asked for those of `best` and of idx only."""
    import numpy as np
    idx, score = np.asarray(idx), np.asarray(score, np.longdouble)
    k = len(best)
    if idx.shape != (k,) or score.shape != (k,):
        return "shape", "indices %s and scores %s where k = %d" % (idx.shape, score.shape, k)
    if k and (idx.min() < 0 or idx.max() >= n):
        return "range", "an index is not in 0..%d" % (n - 1)
    if len(set(idx.tolist())) != k:
        return "duplicate", "an index stands twice"
    top = np.sort(np.asarray(true_scores(np.asarray(best, int)), np.longdouble))[::-1]
    true = np.asarray(true_scores(idx), np.longdouble)
    for r in range(k):
        if not abs(true[r] - top[r]) <= tau:
            return "index", "rank %d: the item there scores %.17g, the best left %.17g" % (r, true[r], top[r])
        if not abs(score[r] - true[r]) <= tau:
            return "score", "rank %d: score %.17g, the item scores %.17g" % (r, score[r], true[r])
        if r and not score[r - 1] >= score[r] - tau:
            return "order", "rank %d scores more than rank %d" % (r, r - 1)
    return None
