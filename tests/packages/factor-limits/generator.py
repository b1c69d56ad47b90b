def generate(rng, group, index):
    return {"x": rng.randint(-1000, 1000, 28000)}


def validate(args):
    assert len(args["x"]) <= 30000
