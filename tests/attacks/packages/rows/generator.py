def validate(args):
    assert len(args["t"]["id"]) == len(args["t"]["s"])
