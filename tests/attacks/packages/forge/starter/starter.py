def twice_and_one(x):
    return 0
