"""Holds what Python's allocator and malloc can both be asked about, some of it made in threads that are gone, some freed by
others than made it; leaves with all of it alive."""
import ctypes
import os
import sys
import threading

libc = ctypes.CDLL(None)
libc.malloc.restype = libc.realloc.restype = ctypes.c_void_p
libc.free.argtypes = [ctypes.c_void_p]
libc.realloc.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
libc.malloc.argtypes = [ctypes.c_size_t]

trees = [{str(i): [i, float(i)]} for i in range(25000)]
buffers = [bytearray(3000 + i) for i in range(1000)]
blocks = []


def work(seed):
    mine = [libc.malloc(50 + (i * seed) % 900) for i in range(3000)]
    for i in range(0, 3000, 3):
        mine[i] = libc.realloc(mine[i], 2000)
    blocks.extend(mine)


for turn in range(3):
    threads = [threading.Thread(target=work, args=(turn * 4 + i + 1,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for block in blocks[::2]:
        libc.free(block)
    del blocks[::2]
del trees[::3]

sys._debugmallocstats()
sys.stderr.flush()
os._exit(0)
