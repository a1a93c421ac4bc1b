"""Plants known amounts of memory of one kind, and then stands at its peak for a moment.

usage: planted.py LIBRARY KIND FILE    FILE: 48 MiB that can be mapped
"""

import ctypes
import mmap
import sys
import time

MIB = 1 << 20
native = ctypes.CDLL(sys.argv[1])
kept = []


def small_objects(keep):
    # Of one size, so that they lie side by side in their pools: all, or every fourth is kept.
    made = [float(i) + 0.5 for i in range(1_600_000)]
    kept.append(made[::keep])


def large_objects():
    kept.append([bytes(2000 - 33) for _ in range(20_000)])


def huge_pages():
    # One byte of each: resident is all of them.
    memory = mmap.mmap(-1, 66 * MIB, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    memory.madvise(14)  # MADV_HUGEPAGE
    start = -ctypes.addressof(ctypes.c_char.from_buffer(memory)) % (2 * MIB)
    for at in range(start, start + 64 * MIB, 2 * MIB):
        memory[at] = 1
    kept.append(memory)


def pool_of_huge_pages():
    memory = mmap.mmap(-1, 16 * MIB, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40000)  # MAP_HUGETLB
    for at in range(0, 16 * MIB, 2 * MIB):
        memory[at] = 1
    kept.append(memory)
    time.sleep(0.1)  # so that it is seen from outside


def nothing():
    pass


def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096


PLANTS = {
    "nothing": nothing,
    "data": lambda: native.plant_data(40),
    "blocks": lambda: native.plant_blocks(48, 2048, 1),
    "fragments": lambda: native.plant_blocks(96, 2048, 2),
    "large fragments": lambda: native.plant_blocks(96, 65536, 2),
    "large": lambda: native.plant_large(200, 60),
    "arenas": lambda: native.plant_arenas(4, 24),
    "mapping": lambda: native.plant_mapping(128, 40, 0),
    "untouched": lambda: native.plant_large(1024, 0),
    "reservation": lambda: native.plant_reservation(2048),
    "shared": lambda: native.plant_mapping(64, 40, 1),
    "file": lambda: native.plant_file(sys.argv[3].encode(), 48),
    "stacks": lambda: native.plant_stacks(8, 5),
    "small objects": lambda: small_objects(1),
    "small fragments": lambda: small_objects(4),
    "large objects": large_objects,
    "huge pages": huge_pages,
    "pool of huge pages": pool_of_huge_pages,
}

assert PLANTS[sys.argv[2]]() != -1, "it could not be planted"
top = bytearray(24 * MIB)  # above whatever it took to plant: the peak
del top
if sys.argv[2] in ("fragments", "arenas", "large fragments"):
    before = resident()
    ctypes.CDLL(None).malloc_trim(0)
    print(before - resident())
