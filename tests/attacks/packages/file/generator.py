def generate(rng, group, index):
    return {"data": b"x" * index}
