"""mmap by its C function: reservations, parts unmapped, replaced ranges, mremap."""
import ctypes
import mmap
import sys

libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
libc.mremap.restype = ctypes.c_void_p
libc.mremap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_int]
MIB, RW, ANON, FIXED = 1 << 20, 3, 0x22, 0x10

reserved = libc.mmap(None, 4096 * MIB, 0, ANON, -1, 0)
a = libc.mmap(None, 16 * MIB, RW, ANON, -1, 0)
libc.munmap(a, MIB)
libc.munmap(a + 4 * MIB, MIB)
libc.munmap(a + 15 * MIB, MIB)
b = libc.mmap(None, 8 * MIB, RW, ANON, -1, 0)
for _ in range(3):
    libc.mmap(b, 8 * MIB, RW, ANON | FIXED, -1, 0)
c = libc.mmap(None, MIB, RW, ANON, -1, 0)
c = libc.mremap(c, MIB, 200 * MIB, 1)
libc.mmap(reserved, 2 * MIB, RW, ANON | FIXED, -1, 0)
libc.mmap(reserved, MIB, 0, ANON | FIXED, -1, 0)
with open(sys.executable, "rb") as f:
    m = mmap.mmap(f.fileno(), 4096, prot=mmap.PROT_READ)
    m.close()
print(libc.munmap(1, 5))
