"""RLIMIT_AS a little above what is there: MemoryError from large blocks, small objects, and a list that grows; then on."""
import random
import resource
import sys

dice = random.Random(int(sys.argv[1]))
with open("/proc/self/statm") as file:
    now = int(file.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (now + (20 << 20),) * 2)


def large(kept):
    while True:
        kept.append(bytearray(dice.randrange(100_000, 2_000_000)))


def small(kept):
    while True:
        kept.append([0] * 60)


def growing(kept):
    while True:
        kept.extend([None] * 10_000)


for way in (large, small, growing, large):
    kept = []
    try:
        way(kept)
    except MemoryError:
        is_full = len(kept) > 3
        del kept
        print(way.__name__, is_full)
print(len([str(i) for i in range(1000)]))
