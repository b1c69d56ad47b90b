def count_bytes(data):
    return 0
