import numpy as np

import mljudge_checker as mj


def vary(rng, args, params):
    """The arguments of calls 2 to 4."""
    order = rng.permutation(len(args["y"]))
    return [
        mj.changed(args, y=args["y"][order], score=args["score"][order]),
        mj.changed(args, score=np.cbrt(args["score"])),
        mj.changed(args, y=1 - args["y"]),
    ]


def check_runs(runs, expected, params):
    tol = params["tol"] * params["strict"]
    plain, permuted, monotone, swapped = (got for _, got in runs)
    if not 0 <= plain <= 1:
        return mj.reject("range", "%r is no area" % plain)
    for name, got, wanted in (("rows in another order", permuted, plain), ("monotone scores", monotone, plain),
                              ("classes swapped", swapped, 1 - plain)):
        if not abs(got - wanted) <= tol:
            return mj.reject(name, "%s: %r where %r is expected" % (name, got, wanted), "the first answer was %r" % plain)
    return mj.accept()
