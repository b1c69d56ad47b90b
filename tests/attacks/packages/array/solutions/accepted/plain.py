def twice_each(x):
    return [2.0 * float(value) for value in x]
