def twice_and_one(x):
    return 2 * x + 1
