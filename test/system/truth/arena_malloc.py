"""Under a malloc that maps its own memory: blocks count once, and not again as the mappings that they lie in."""

from known import MIB, tell

large = [bytearray(b"x") * (20 * MIB) for _ in range(5)]  # [large]
middle = [bytearray(b"x") * 400_000 for _ in range(200)]  # [middle]
print(len(large), len(middle))
tell(held={"large": 100 * MIB, "middle": 80_000_000})
