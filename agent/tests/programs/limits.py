"""MemoryError under RLIMIT_AS, then a file size limit, then all descriptors closed."""
import os
import resource
import sys

what = sys.argv[1]
if what == "as":
    resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))
    kept = []
    try:
        while True:
            kept.append(bytearray(3_000_000))
    except MemoryError:
        n = len(kept)
        del kept
        print("MemoryError", n > 20)
    small = []
    try:
        while True:
            small.append([0] * 100)
    except MemoryError:
        del small
        print("MemoryError again")
if what == "fsize":
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
    for _ in range(20):
        x = [str(i) for i in range(100000)]
    print(len(x))
if what == "fds":
    out = os.dup(1)
    os.closerange(3, out)
    os.close(0)
    before = sorted(os.listdir("/proc/self/fd"))
    for _ in range(20):
        x = [str(i) for i in range(100000)]
    print(before == sorted(os.listdir("/proc/self/fd")), len(x))
    sys.stdout.flush()
    os.closerange(0, 256)
    x = [str(i) for i in range(100000)]
    os._exit(6)
if what == "chroot":
    os.mkdir(sys.argv[2])
    os.chroot(sys.argv[2])
    for _ in range(20):
        x = [str(i) for i in range(100000)]
    print(len(x))
