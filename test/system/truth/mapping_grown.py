"""A mapping of 1 MiB that mremap grows to 200 MiB; one that it shrinks; one that it cannot grow where it is."""

from known import ANONYMOUS, MIB, PRIVATE, READ, WRITE, libc, tell, write

MAYMOVE, DONTUNMAP = 1, 4
FAILED = 2**64 - 1

small = libc.mmap(None, MIB, READ | WRITE, PRIVATE | ANONYMOUS, -1, 0)  # [small]
write(small, MIB)
grown = libc.mremap(small, MIB, 200 * MIB, MAYMOVE)  # [grown]
write(grown, 200 * MIB)
large = libc.mmap(None, 60 * MIB, READ | WRITE, PRIVATE | ANONYMOUS, -1, 0)  # [large]
write(large, 60 * MIB)
print(libc.mremap(large, 60 * MIB, 24 * MIB, MAYMOVE) == large)
stuck = libc.mmap(None, 8 * MIB, READ | WRITE, PRIVATE | ANONYMOUS, -1, 0)  # [stuck]
write(stuck, 8 * MIB)
print(libc.mremap(stuck, 8 * MIB, 2**46, 0) == FAILED)
left = libc.mmap(None, 32 * MIB, READ | WRITE, PRIVATE | ANONYMOUS, -1, 0)  # [left]
write(left, 32 * MIB)
moved = libc.mremap(left, 32 * MIB, 32 * MIB, MAYMOVE | DONTUNMAP, None)  # [moved]
last = libc.mmap(None, 80 * MIB, READ | WRITE, PRIVATE | ANONYMOUS, -1, 0)  # [last]
write(last, 80 * MIB)
tell(
    held={"small": 0, "grown": 200 * MIB, "large": 24 * MIB, "stuck": 8 * MIB, "moved": 32 * MIB, "left": 0, "last": 80 * MIB},
    reserved={"left": 32 * MIB},
)
