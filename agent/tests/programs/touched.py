"""Blocks of which little is touched, or only read, or touched late. Prints [address, bytes, touched bytes] of each."""
import ctypes
import json
import mmap
import time

MIB = 1 << 20
libc = ctypes.CDLL(None)
for function in (libc.malloc, libc.calloc):
    function.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
libc.calloc.argtypes = [ctypes.c_size_t, ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]
libc.memcmp.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]
said = []


def grow(mib):
    """Resident memory rises, so that a look at it is worth while."""
    p = libc.malloc(mib * MIB + 4096)
    ctypes.memset(p, 1, mib * MIB + 4096)
    time.sleep(0.006)
    said.append([p, mib * MIB + 4096, mib * MIB + 4096])
    some = [[i] * 50 for i in range(3000)]
    time.sleep(0.006)
    some += [[i] * 50 for i in range(3000)]


def note(p, size, touched):
    ctypes.memset(p, 1, touched)
    said.append([p, size, touched])
    return p


def untouched(size):
    p = libc.malloc(size)
    said.append([p, size, 0])
    return p


grow(20)
for i in range(100):
    untouched(2 * MIB + 8192 * i)  # more than are kept in mind at once
late = untouched(70 * MIB)
early = note(libc.malloc(60 * MIB), 60 * MIB, 60 * MIB)
zeros = libc.calloc(50, MIB)
same = libc.calloc(50, MIB)
libc.memcmp(zeros, same, 50 * MIB)
said += [[zeros, 50 * MIB, 0], [same, 50 * MIB, 0]]
grow(20)
area = mmap.mmap(-1, 30 * MIB)
area.write(b"x" * (12 * MIB))
private = mmap.mmap(-1, 29 * MIB, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
private.write(b"x" * (9 * MIB))
said += [[0, 30 * MIB, 12 * MIB], [0, 29 * MIB, 9 * MIB]]
grow(20)
libc.free(early)
said = [s for s in said if s[0] != early]
ctypes.memset(late, 1, 55 * MIB)  # about as much as went: resident memory is where it was
said = [s if s[0] != late else [late, 70 * MIB, 55 * MIB] for s in said]
for _ in range(5):
    grow(10)
print(json.dumps([s[1:] for s in said]))
