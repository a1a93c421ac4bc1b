"""A reservation whose parts become usable later, by mprotect and by MAP_FIXED; one part becomes untouchable again."""

from known import ANONYMOUS, FIXED, MIB, PRIVATE, READ, WRITE, libc, tell, write

space = libc.mmap(None, 4096 * MIB, 0, PRIVATE | ANONYMOUS, -1, 0)  # [space]
libc.mprotect(space + 100 * MIB, 96 * MIB, READ | WRITE)  # [opened]
write(space + 100 * MIB, 96 * MIB)
libc.mprotect(space + 180 * MIB, 64 * MIB, READ | WRITE)  # [overlapping]
write(space + 196 * MIB, 40 * MIB)
libc.mmap(space + 1024 * MIB, 48 * MIB, READ | WRITE, PRIVATE | ANONYMOUS | FIXED, -1, 0)  # [fixed]
write(space + 1024 * MIB, 48 * MIB)
libc.mprotect(space + 100 * MIB, 96 * MIB, 0)  # still resident
libc.mprotect(space + 100 * MIB, 96 * MIB, READ)  # [opened_again]
libc.mmap(space + 1024 * MIB, 16 * MIB, 0, PRIVATE | ANONYMOUS | FIXED, -1, 0)
last = bytearray(b"x") * (64 * MIB)  # [last]
print(len(last))
tell(
    held={"space": 0, "opened": 96 * MIB, "overlapping": 40 * MIB, "fixed": 32 * MIB, "opened_again": 0, "last": 64 * MIB},
    reserved={"overlapping": 8 * MIB},
)
