"""A buffer of 32 MiB that is made, filled and freed each turn. Nothing is left of it."""

from known import MIB, tell

total = 0
for turn in range(60):
    buffer = bytearray(b"x") * (32 * MIB)  # [buffer]
    total += buffer[turn]
    del buffer
print(total)
tell(freed={"buffer": 60 * 32 * MIB})
