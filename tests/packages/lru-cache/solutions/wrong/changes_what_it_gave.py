# Right as long as nobody looks: what it returned is overwritten later, which must not change the answer that was given; but
# it overwrites what it keeps, too.
# caught by: edge, random, perf
import numpy as np


class LruCache:
    def __init__(self, capacity):
        self.capacity, self.kept, self.given = capacity, {}, []

    def put(self, key, value):
        for given in self.given:
            given[:] = 99.0
        self.kept.pop(key, None)
        self.kept[key] = value
        if len(self.kept) > self.capacity:
            del self.kept[next(iter(self.kept))]

    def get(self, key):
        if key not in self.kept:
            return np.zeros(0)
        value = self.kept[key] = self.kept.pop(key)
        self.given = [value]
        return value

    def size(self):
        return len(self.kept)

    def oldest(self):
        return next(iter(self.kept), None)
