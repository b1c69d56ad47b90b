def generate(rng, group, index):
    return {"x": "MLJ" + "CANARY" + rng.bytes(32).hex()}


def validate(args):
    assert len(args["x"]) == 73
