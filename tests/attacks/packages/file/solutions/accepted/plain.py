def count_bytes(data):
    with open(data, "rb") as file:
        return len(file.read())
