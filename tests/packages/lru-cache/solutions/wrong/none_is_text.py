# Says "None" where there is none.
# caught by: edge, random, perf
from collections import OrderedDict


class LruCache:
    def __init__(self, capacity):
        self.capacity, self.kept = capacity, OrderedDict()

    def put(self, key, value):
        self.kept[key] = value
        self.kept.move_to_end(key)
        if len(self.kept) > self.capacity:
            self.kept.popitem(last=False)

    def get(self, key):
        if key not in self.kept:
            return []
        self.kept.move_to_end(key)
        return self.kept[key]

    def size(self):
        return len(self.kept)

    def oldest(self):
        return str(next(iter(self.kept), None))
