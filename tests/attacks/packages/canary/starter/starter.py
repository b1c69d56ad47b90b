def search(x):
    return ""
