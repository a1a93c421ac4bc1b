"""Parts of malloc blocks and of a shared mapping given back by madvise, before the peak."""

from known import ANONYMOUS, MIB, READ, SHARED, WRITE, libc, tell, write

DONTNEED, REMOVE = 4, 9

block = libc.malloc(128 * MIB)  # [block]
write(block, 128 * MIB)
zeroed = libc.calloc(64, MIB)  # [zeroed]
write(zeroed, 64 * MIB)
shared = libc.mmap(None, 64 * MIB, READ | WRITE, SHARED | ANONYMOUS, -1, 0)  # [shared]
write(shared, 64 * MIB)
whole = (block + 4095) // 4096 * 4096
print(libc.madvise(whole + MIB, 96 * MIB, DONTNEED))
whole = (zeroed + 4095) // 4096 * 4096
print(libc.madvise(whole, 32 * MIB, DONTNEED), libc.madvise(shared, 24 * MIB, REMOVE))
last = bytearray(b"x") * (200 * MIB)  # [last]
print(len(last))
tell(held={"block": 32 * MIB, "zeroed": 32 * MIB, "shared": 40 * MIB, "last": 200 * MIB}, reserved={"block": 96 * MIB})
