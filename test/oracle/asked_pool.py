"""A parent that holds 64 MiB and forks two workers, of which each asks malloc for 200 MiB and touches 60; then all stand still.

usage: asked_pool.py LIBRARY    LIBRARY: planted.c
"""

import ctypes
import os
import sys
import time

MIB = 1 << 20
native = ctypes.CDLL(sys.argv[1])
kept = bytearray(b"x") * (64 * MIB)


def main():
    (seen, ready), (release, go) = os.pipe(), os.pipe()
    for _ in range(2):
        if os.fork() == 0:
            os.close(go)
            if native.plant_large(200, 60) == -1:
                os._exit(1)
            os.write(ready, b".")
            os.read(release, 1)
            os._exit(0)
    for _ in range(2):
        os.read(seen, 1)
    time.sleep(2)  # long enough for a reading of PSS
    os.close(go)
    for _ in range(2):
        os.wait()


main()
