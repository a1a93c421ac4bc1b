"""4 GiB of address space that cannot be touched, as allocators and BLAS reserve it."""

from known import ANONYMOUS, MIB, PRIVATE, libc, tell

space = libc.mmap(None, 4096 * MIB, 0, PRIVATE | ANONYMOUS, -1, 0)  # [space]
held = bytearray(b"x") * (64 * MIB)  # [held]
print(len(held))
tell(held={"held": 64 * MIB, "space": 0})
