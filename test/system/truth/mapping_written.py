"""A mapping of 512 MiB, all written; and one that forked children would share."""

from known import ANONYMOUS, MIB, PRIVATE, READ, SHARED, WRITE, libc, tell, write

private = libc.mmap(None, 512 * MIB, READ | WRITE, PRIVATE | ANONYMOUS, -1, 0)  # [private]
write(private, 512 * MIB)
shared = libc.mmap(None, 48 * MIB, READ | WRITE, SHARED | ANONYMOUS, -1, 0)  # [shared]
write(shared, 48 * MIB)
print("written")
tell(held={"private": 512 * MIB, "shared": 48 * MIB})
