def generate(rng, group, index):
    raise NotImplementedError(group)


def validate(args):
    assert abs(args["x"]) < 2**60
