"""Blocks of all sizes from 16 bytes to 200 KB, kept and dropped in turn; about 30 MB."""
import random
import sys

size = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
pick = random.Random(5)
kept = {}
for turn in range(int(60_000 * size)):
    length = int(16 * 2 ** (pick.random() ** 3 * 13.6))
    kept[pick.randrange(int(20_000 * size))] = bytearray(length)
print(sum(map(len, kept.values())))
