"""The items that are named and those of the expected answer are scored anew, in long double; nobody else's scores count."""
import mljudge_checker as mj
import numpy as np


def directions(X):
    """Rows of length 1; rows of zeros stay."""
    X = np.asarray(X, np.longdouble)
    largest = np.abs(X).max(axis=1, keepdims=True, initial=0)
    X = X / np.where(largest > 0, largest, 1)
    length = np.sqrt((X * X).sum(axis=1, keepdims=True))
    return X / np.where(length > 0, length, 1)


def check(args, expected, got, params):
    E, Q = args["E"], directions(args["Q"])
    if len(got["idx"]) != len(Q) or len(got["score"]) != len(Q):
        return mj.reject("shape", "not one row a query")
    for i, q in enumerate(Q):
        wrong = mj.topk_tie(lambda indices: directions(E[indices]) @ q, len(E), expected["idx"][i], got["idx"][i], got["score"][i],
                            params["tau"] * params["strict"])
        if wrong is not None:
            kind, sentence = wrong
            return mj.reject(kind, "query %d, %s" % (i, sentence))
    return mj.accept()
