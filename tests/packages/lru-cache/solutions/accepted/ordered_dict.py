from collections import OrderedDict

import numpy as np


class LruCache:
    def __init__(self, capacity):
        self.capacity = capacity
        self.kept = OrderedDict()  # used longest ago first

    def put(self, key, value):
        self.kept[key] = value
        self.kept.move_to_end(key)
        if len(self.kept) > self.capacity:
            self.kept.popitem(last=False)

    def get(self, key):
        if key not in self.kept:
            return np.zeros(0)
        self.kept.move_to_end(key)
        return self.kept[key]

    def size(self):
        return len(self.kept)

    def oldest(self):
        return next(iter(self.kept), None)
