# Forgets what was stored longest ago.
# caught by: sample, random, perf


class LruCache:
    def __init__(self, capacity):
        self.capacity, self.kept = capacity, {}

    def put(self, key, value):
        self.kept.pop(key, None)
        self.kept[key] = value
        if len(self.kept) > self.capacity:
            del self.kept[next(iter(self.kept))]

    def get(self, key):
        return self.kept.get(key, [])

    def size(self):
        return len(self.kept)

    def oldest(self):
        return next(iter(self.kept), None)
