"""A file of 300 MB, mapped and read: its pages belong to the file and are nobody's heap."""

import os
import sys

import numpy

from known import tell

SIZE = 300_000_000
path = sys.argv[1] + ".data"
with open(path, "wb") as file:
    for _ in range(300):
        file.write(b"\1" * 1_000_000)
mapped = numpy.memmap(path, dtype=numpy.uint8, mode="r")  # [mapped]
print(int(mapped[:: 4096].sum(dtype=numpy.int64)))
held = numpy.ones(2_000_000)  # [held]
os.remove(path)
tell(held={"mapped": 0, "held": 16_000_000}, files={"mapped": SIZE})
