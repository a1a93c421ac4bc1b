"""Frees part of what malloc gave, in one of several patterns, and stands at ever higher peaks; then asks malloc to give back what
it can, and prints how much less is resident."""
import ctypes
import json
import sys
import threading
import time

MIB = 1 << 20
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]


def plant(count, size, keep):
    blocks = [libc.malloc(size) for _ in range(count)]
    for block in blocks:
        ctypes.memset(block, 1, size)
    for i, block in enumerate(blocks):
        if i % keep:
            libc.free(block)


def in_threads():
    planted = threading.Barrier(5)

    def work():
        plant(400, 60000, 2)
        planted.wait()
        planted.wait()

    for _ in range(4):
        threading.Thread(target=work, daemon=True).start()
    planted.wait()


def beside_others():
    """Threads that make malloc's heaps grow and shrink all the time."""
    plant(20000, 3000, 64)

    def churn():
        for i in range(10**9):
            blocks = [libc.malloc(1000 + 700 * (k % 100)) for k in range(300)]
            for block in blocks[:: 1 + i % 2] + blocks[1 :: 2] * (i % 2):
                libc.free(block)

    for _ in range(3):
        threading.Thread(target=churn, daemon=True).start()


PATTERNS = {
    "every second of the small": lambda: plant(40000, 1500, 2),
    "runs of small": lambda: plant(40000, 1500, 64),
    "every second of the large": lambda: plant(600, 100000, 2),
    "threads": in_threads,
    "others": beside_others,
}


def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096


PATTERNS[sys.argv[1]]()
for i in range(12):
    top = bytearray((80 + 10 * i) * MIB)  # a mapping of its own, so that heaps stay as they are
    del top
    time.sleep(0.02)
before = resident()
libc.malloc_trim(0)
print(json.dumps({"given back": before - resident(), "sum": sum(range(100000))}))
