"""c = a + b on large arrays: all three lines hold theirs; a temporary is gone before the peak."""

import numpy

from known import tell

COUNT = 10_000_000
a = numpy.ones(COUNT)  # [a]
b = numpy.full(COUNT, 2.0)  # [b]
print((a * b).sum())  # [product]
c = a + b  # [c]
d = c[::2]  # [view]
e = c + a  # [e]
print(d.sum(), e.sum())
tell(held={"a": 8 * COUNT, "b": 8 * COUNT, "product": 0, "c": 8 * COUNT, "view": 0, "e": 8 * COUNT})
