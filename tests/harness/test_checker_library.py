"""mljudge_checker: what packages' checkers decide with.  Each helper accepts what is right, near-ties and rounding included,
and rejects what is wrong, above all whatever is not finite."""
import os
import sys

LIBRARY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../judge/languages/python")
NAN, INF = float("nan"), float("inf")


def answers(tests, mj):
    yes, no = mj.accept(), mj.reject("value", "for the candidate", "for the host")
    tests.equal("accept", (yes.accepted, yes.kind), (True, ""))
    tests.equal("reject", (no.accepted, no.kind, no.candidate, no.host), (False, "value", "for the candidate", "for the host"))


def close(tests, mj):
    for name, a, b, right in [
        ("equal", [1.0, -2.0], [1, -2], True), ("rounding", 1 + 1e-10, 1, True), ("too far", 1 + 1e-8, 1, False),
        ("one of many", [1, 2, 3.1], [1, 2, 3], False), ("shapes", [1, 1], [[1, 1]], False), ("a scalar for many", 1, [1, 1], False),
        ("NaN", NAN, 1, False), ("NaN for NaN", NAN, NAN, False), ("infinity", INF, INF, True), ("the other infinity", -INF, INF, False),
        ("infinity for a number", INF, 1e308, False), ("a number for infinity", 1e308, INF, False), ("nothing", [], [], True),
    ]:
        tests.equal("close: " + name, mj.close(a, b), right)
    tests.equal("close: tolerances", (mj.close(1.1, 1, 0.2, 0), mj.close(1.1, 1, 0, 0.2), mj.close(1.1, 1, 0, 0)), (True, True, False))
    tests.equal("close: rtol is of the second", (mj.close(1.0, 2.0, 0.5, 0), mj.close(2.0, 1.0, 0.5, 0)), (True, False))


def is_permutation(tests, mj):
    for indices, n, right in [([2, 0, 1], 3, True), ([], 0, True), ([0, 0, 1], 3, False), ([0, 1], 3, False), ([0, 1, 3], 3, False),
                              ([-1, 0, 1], 3, False), ([[0, 1, 2]], 3, False), ([0, 1, 2, 3], 3, False)]:
        tests.equal("is_permutation: %s of %d" % (indices, n), mj.is_permutation(indices, n), right)


def relative_residual(tests, mj):
    A, x = [[4.0, 1.0], [1.0, 3.0]], [1.0, 2.0]
    tests.equal("relative_residual: exact", mj.relative_residual(A, x, [6.0, 7.0]), 0.0)
    tests.equal("relative_residual: by hand", mj.relative_residual(A, x, [6.0, 7.5]), 0.5 / (5 * 2 + 7.5))
    tests.equal("relative_residual: nothing at all", mj.relative_residual([[0.0]], [0.0], [0.0]), 0.0)
    for bad in (NAN, INF):
        tests.equal("relative_residual: %s" % bad, mj.relative_residual(A, [bad, 2.0], [6.0, 7.0]), INF)


def kkt_lasso(tests, mj):
    """X = sqrt(n) I and so c = (y' - w), y' = y / sqrt(n): the optimum is y' moved towards 0 by lam."""
    X, y, lam, tau = [[2.0, 0, 0, 0], [0, 2, 0, 0], [0, 0, 2, 0], [0, 0, 0, 2]], [6.0, -4, 1, 0], 1.0, 1e-6
    best = [2.0, -1.0, 0.0, 0.0]
    tests.equal("kkt_lasso: the optimum", mj.kkt_lasso(X, y, best, lam, tau), None)
    tests.equal("kkt_lasso: rounding", mj.kkt_lasso(X, y, [2.0 + 1e-8, -1.0, 0, 0], lam, tau), None)
    for name, w, said in [("not shrunk", [3.0, -1, 0, 0], "w[0]"), ("the wrong sign", [2.0, 1, 0, 0], "w[1]"), ("a zero too many", [0.0, -1, 0, 0], "w[0]"),
                          ("not quite zero", [2.0, -1, 1e-9, 0], "w[2] must be 0"), ("NaN", [2.0, -1, 0, NAN], "not finite"),
                          ("infinity", [2.0, -INF, 0, 0], "not finite")]:
        wrong = mj.kkt_lasso(X, y, w, lam, tau)
        tests.check("kkt_lasso: " + name, wrong is not None and said in wrong, wrong)


def topk_tie(tests, mj):
    import numpy as np
    true = np.array([0.5, 0.9, 0.9 - 1e-12, -1.0, 0.7, 0.0])
    asked = []

    def ask(indices):
        asked.extend(np.asarray(indices).tolist())
        return true[indices]

    def verdict(idx, score=None, best=(1, 2, 4)):
        score = true[idx] if score is None else score
        wrong = mj.topk_tie(ask, len(true), best, idx, score, 1e-9)
        return wrong and wrong[0]

    tests.equal("topk_tie: right", verdict([1, 2, 4]), None)
    tests.equal("topk_tie: only the items at hand are asked for", sorted(set(asked)), [1, 2, 4])
    tests.equal("topk_tie: near-ties swapped", verdict([2, 1, 4]), None)
    tests.equal("topk_tie: the expected ones in any order", verdict([1, 2, 4], best=(4, 1, 2)), None)
    tests.equal("topk_tie: a tie at the end", verdict([2], best=(1,)), None)
    tests.equal("topk_tie: all of them", verdict([1, 2, 4, 0, 5, 3], best=range(6)), None)
    tests.equal("topk_tie: k = 0", verdict(np.zeros(0, int), best=()), None)
    for name, kind, idx, score in [
        ("a better one is missing", "index", [1, 4, 0], None), ("a better one is missing at the end", "index", [1, 2, 0], None),
        ("wrong order", "index", [4, 1, 2], None), ("ascending", "index", [4, 2, 1], None), ("twice", "duplicate", [1, 1, 4], None),
        ("too few", "shape", [1, 2], None), ("too many", "shape", [1, 2, 4, 0], None), ("as a column", "shape", [[1], [2], [4]], None),
        ("fewer scores", "shape", [1, 2, 4], [0.9, 0.9]), ("below 0", "range", [1, 2, -2], [0.9, 0.9, 0.7]),
        ("beyond the end", "range", [1, 2, 6], [0.9, 0.9, 0.7]), ("wrong score", "score", [1, 2, 4], [0.9, 0.9, 0.7001]),
        ("NaN", "score", [1, 2, 4], [0.9, NAN, 0.7]), ("infinity", "score", [1, 2, 4], [INF, 0.9, 0.7]),
    ]:
        tests.equal("topk_tie: " + name, verdict(idx, score), kind)
    tests.equal("topk_tie: a true score that is NaN", mj.topk_tie(lambda i: np.full(len(i), NAN), 3, [0], [0], [0.0], 1e-9)[0], "index")
    steps = np.array([0.0, 0.8e-9, 1.6e-9])  # each rank within tau of the truth, but rising by more than tau
    tests.equal("topk_tie: scores that rise", mj.topk_tie(lambda i: steps[i], 3, [0, 1], [0, 1], [0.0, 1.7e-9], 1e-9)[0], "order")


def run(tests):
    sys.path.insert(0, LIBRARY)
    try:
        import mljudge_checker as mj
    finally:
        sys.path.remove(LIBRARY)
    for suite in (answers, close, is_permutation, relative_residual, kkt_lasso, topk_tie):
        suite(tests, mj)
