"""A peak of 200 MB that lasts as long as it takes to touch it; prints VmHWM's own word."""
import ctypes
import sys

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]
for i in range(3):
    p = libc.malloc((100 << 20) * (i + 1))
    ctypes.memset(p, 1, (60 << 20) * (i + 1))
    libc.free(p)
with open("/proc/self/status") as f:
    sys.stderr.write([line.split()[1] for line in f if line.startswith("VmHWM")][0])
