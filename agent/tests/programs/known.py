"""Known answers: each line marked with a comment allocates what the comment says."""
import ctypes
import gc
import mmap
import sys

MIB = 1 << 20
libc = ctypes.CDLL(None, use_errno=True)
POINTER, SIZE = ctypes.c_void_p, ctypes.c_size_t
if not hasattr(libc, "pvalloc"):  # musl has none, but under the agent
    libc.pvalloc = libc.valloc
for name, arguments in (("malloc", [SIZE]), ("calloc", [SIZE, SIZE]), ("realloc", [POINTER, SIZE]),
                        ("reallocarray", [POINTER, SIZE, SIZE]), ("valloc", [SIZE]), ("pvalloc", [SIZE]),
                        ("memalign", [SIZE, SIZE]), ("aligned_alloc", [SIZE, SIZE])):
    getattr(libc, name).argtypes, getattr(libc, name).restype = arguments, POINTER
libc.free.argtypes = [POINTER]
libc.posix_memalign.argtypes = [POINTER, SIZE, SIZE]


def blocks():
    return [bytearray(2 * MIB + i) for i in range(3)]  # BLOCKS


def family():
    p = POINTER()
    out = [libc.malloc(1000001)]  # malloc
    out.append(libc.calloc(2, 500001))  # calloc
    out.append(libc.realloc(None, 1000003))  # realloc
    out.append(libc.reallocarray(None, 2, 500002))  # reallocarray
    out.append(libc.valloc(1000005))  # valloc
    out.append(libc.pvalloc(1000006))  # pvalloc
    out.append(libc.memalign(64, 1000007))  # memalign
    out.append(libc.aligned_alloc(64, 1000064))  # aligned_alloc
    libc.posix_memalign(ctypes.byref(p), 64, 1000009)  # posix_memalign
    out.append(p.value)
    for block in out:
        libc.free(block)


def mapped():
    m = mmap.mmap(-1, 8 * MIB, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)  # MAPPED
    m.resize(16 * MIB)  # RESIZED
    m.close()
    f = mmap.mmap(-1, 4 * MIB)  # KEPT
    return f


def grow():
    p = libc.malloc(3 * MIB)  # GROW0
    p = libc.realloc(p, 5 * MIB)  # GROW1
    p = libc.realloc(p, 4 * MIB)  # GROW2
    failed = libc.realloc(p, 1 << 62)
    assert not failed
    libc.free(p)


SIZES = [100 + i % 7 for i in range(400000)]


def churn():
    for n in SIZES:
        bytes(n)  # CHURN


def keep():
    return [bytes(n) for n in SIZES]  # KEEP


kept = [blocks(), mapped()]
family()
grow()
churn()
gc.disable()
kept.append(keep())
print("known", len(kept), sys.version_info[0])
sys.stdout.flush()
import os  # noqa: E402

if len(sys.argv) > 1:
    os._exit(7)
