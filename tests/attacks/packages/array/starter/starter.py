def twice_each(x):
    return 0
