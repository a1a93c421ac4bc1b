"""A mapping that goes away in parts: front, middle, back; then another one takes the process to its peak."""

from known import ANONYMOUS, MIB, PRIVATE, READ, WRITE, libc, tell, write

first = libc.mmap(None, 160 * MIB, READ | WRITE, PRIVATE | ANONYMOUS, -1, 0)  # [first]
write(first, 160 * MIB)
print(libc.munmap(first, 20 * MIB), libc.munmap(first + 60 * MIB, 40 * MIB), libc.munmap(first + 150 * MIB, 10 * MIB))
print(libc.munmap(first + 1, 4096), libc.munmap(first + 30 * MIB, 0))  # both are errors
second = libc.mmap(None, 200 * MIB, READ | WRITE, PRIVATE | ANONYMOUS, -1, 0)  # [second]
write(second, 200 * MIB)
tell(held={"first": 90 * MIB, "second": 200 * MIB})
