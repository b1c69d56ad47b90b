def generate(rng, group, index):
    raise NotImplementedError(group)


def validate(args):
    assert len(args["x"]) > 0
