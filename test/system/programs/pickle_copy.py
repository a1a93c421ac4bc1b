"""Objects pickled and read again: three forms of the same at once."""

import pickle

from own_peak import print_own_peak


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


points = [Point(i, str(i)) for i in range(60_000)]
packed = pickle.dumps(points)
copies = pickle.loads(packed)
assert len(copies) == len(points)
print_own_peak()
