import mljudge_checker as mj


def check(args, expected, got, params):
    tau = params["tau"] * params["strict"] * args["lam"]
    wrong = mj.kkt_lasso(args["X"], args["y"], got, args["lam"], tau)
    if wrong is None:
        return mj.accept()
    kind = "not finite" if "finite" in wrong else "not sparse" if "must be 0" in wrong else "not optimal"
    return mj.reject(kind, wrong, "w = %s" % got)
