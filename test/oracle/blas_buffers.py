"""Multiplies matrices with numpy, and prints what the kernel says of large anonymous mappings: nothing else here makes any.

usage: blas_buffers.py
"""

import json

import numpy

MIB = 1 << 20
LEAST = 16 * MIB  # more than any array, and than what malloc makes usable of an arena at once


def large_mappings():
    found = {"bytes": 0, "resident": 0}
    is_large = False
    with open("/proc/self/smaps") as smaps:
        for text in smaps:
            word, *rest = text.split()
            if "-" in word and not word.endswith(":"):
                start, end = (int(part, 16) for part in word.split("-"))
                is_large = end - start >= LEAST and rest[0] == "rw-p" and rest[3] == "0"
                found["bytes"] += (end - start) * is_large
            elif word == "Rss:":
                found["resident"] += int(rest[0]) * 1024 * is_large
    return found


matrix = numpy.ones((600, 600))
for _ in range(10):
    matrix = matrix @ matrix / 600
answer = large_mappings()
top = [bytearray(MIB) for _ in range(24)]  # above all that was: the peak
print(json.dumps(answer))
