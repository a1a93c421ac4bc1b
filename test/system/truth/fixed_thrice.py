"""The same 100 MiB of address space, mapped three times over itself and written each time."""

from known import ANONYMOUS, FIXED, MIB, PRIVATE, READ, WRITE, libc, tell, write

FLAGS = PRIVATE | ANONYMOUS
at = libc.mmap(None, 100 * MIB, READ | WRITE, FLAGS, -1, 0)  # [first]
write(at, 100 * MIB)
libc.mmap(at, 100 * MIB, READ | WRITE, FLAGS | FIXED, -1, 0)  # [second]
write(at, 100 * MIB)
libc.mmap(at, 100 * MIB, READ | WRITE, FLAGS | FIXED, -1, 0)  # [third]
write(at, 100 * MIB)
print(libc.mmap(at, 100 * MIB, READ | WRITE, PRIVATE | FIXED, -1, 0) == 2**64 - 1)  # no such descriptor: nothing happens
more = bytearray(b"x") * (50 * MIB)  # [more]
print(len(more))
tell(held={"first": 0, "second": 0, "third": 100 * MIB, "more": 50 * MIB})
