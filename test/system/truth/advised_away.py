"""210 MiB written and given back with madvise, without unmapping; then malloc of less, or of more, than that."""

import sys

from known import ANONYMOUS, MIB, PRIVATE, READ, WRITE, libc, tell, write

DONTNEED = 4
MORE = len(sys.argv) > 2

mapping = libc.mmap(None, 210 * MIB, READ | WRITE, PRIVATE | ANONYMOUS, -1, 0)  # [mapping]
write(mapping, 210 * MIB)
print(libc.madvise(mapping, 210 * MIB, DONTNEED), libc.madvise(mapping + 1, MIB, DONTNEED))
size = (260 if MORE else 150) * MIB
block = libc.malloc(size)  # [block]
write(block, size)
if MORE:
    tell(held={"mapping": 0, "block": size}, reserved={"mapping": 210 * MIB})
else:
    tell(held={"mapping": 210 * MIB, "block": 0})
