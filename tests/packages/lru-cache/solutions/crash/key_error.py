# Asks for what is not there.
# caught by: sample, edge, random, perf


class LruCache:
    def __init__(self, capacity):
        self.capacity, self.kept = capacity, {}

    def put(self, key, value):
        self.kept[key] = value

    def get(self, key):
        if len(self.kept) >= self.capacity:
            raise KeyError(key)
        return self.kept[key]

    def size(self):
        return len(self.kept)

    def oldest(self):
        return None
