"""Two forked workers, of which each fills malloc's heap with blocks and frees every second one; then all stand still, and each says
how much malloc_trim gives back.

usage: free_pool.py LIBRARY    LIBRARY: planted.c
"""

import ctypes
import os
import sys
import time

MIB = 1 << 20
native = ctypes.CDLL(sys.argv[1])


def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096


def work(block, ready, release, answer):
    if native.plant_blocks(96, block, 2) == -1:
        os._exit(1)
    top = bytearray(24 * MIB)  # above whatever it took to plant: the peak
    os.write(ready, b".")
    os.read(release, 1)
    before = resident()
    ctypes.CDLL(None).malloc_trim(0)
    os.write(answer, b"%d\n" % (before - resident()))
    del top
    os._exit(0)


def main():
    (seen, ready), (release, go), (told, answer) = os.pipe(), os.pipe(), os.pipe()
    for block in (65536, 4080):
        if os.fork() == 0:
            os.close(go)
            work(block, ready, release, answer)
    os.close(answer)
    for _ in range(2):
        os.read(seen, 1)
    time.sleep(2)  # long enough for a reading of PSS
    os.close(go)
    given = b""
    while part := os.read(told, 100):
        given += part
    for _ in range(2):
        os.wait()
    print(sum(int(line) for line in given.split()))


main()
