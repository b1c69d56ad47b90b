# lang: pypure
# A dict keeps the order in which keys were put in: taking one out and putting it in again makes it the youngest.


class LruCache:
    def __init__(self, capacity):
        self.capacity, self.kept = capacity, {}

    def put(self, key, value):
        self.kept.pop(key, None)
        if len(self.kept) == self.capacity:
            del self.kept[next(iter(self.kept))]
        self.kept[key] = value

    def get(self, key):
        if key not in self.kept:
            return []
        value = self.kept[key] = self.kept.pop(key)
        return value

    def size(self):
        return len(self.kept)

    def oldest(self):
        return next(iter(self.kept), None)
