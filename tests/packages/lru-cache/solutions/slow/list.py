# A list of keys, searched at every use.
# caught by: perf


class LruCache:
    def __init__(self, capacity):
        self.capacity, self.keys, self.values = capacity, [], {}

    def put(self, key, value):
        if key in self.keys:
            self.keys.remove(key)
        self.keys.append(key)
        self.values[key] = value
        if len(self.keys) > self.capacity:
            del self.values[self.keys.pop(0)]

    def get(self, key):
        if key not in self.keys:
            return []
        self.keys.remove(key)
        self.keys.append(key)
        return self.values[key]

    def size(self):
        return len(self.keys)

    def oldest(self):
        return self.keys[0] if self.keys else None
