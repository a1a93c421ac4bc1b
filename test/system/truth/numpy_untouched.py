"""A gibibyte of zeros of which 160 MB are written."""

import numpy

from known import tell

zeros = numpy.zeros(1 << 27)  # [zeros]
zeros[:20_000_000] = 1
empty = numpy.empty(1 << 26)  # [empty]
ones = numpy.ones(4_000_000)  # [ones]
print(zeros.nbytes, empty.nbytes, ones.sum())
tell(
    held={"zeros": 160_000_000, "empty": 0, "ones": 32_000_000},
    reserved={"zeros": (1 << 30) - 160_000_000, "empty": 1 << 29},
)
