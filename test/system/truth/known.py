"""What a program of this folder knows of itself: what each marked line holds at the peak, and what the kernel says of the
process, read by itself as its last act. Goes to the file that the first argument names, so that the output stays the
program's own.

A line is marked by a comment of one word in brackets at its end.
"""

import ctypes
import json
import os
import re
import resource
import sys

MIB = 1 << 20
READ, WRITE, PRIVATE, SHARED, FIXED, ANONYMOUS = 1, 2, 0x02, 0x01, 0x10, 0x20

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = libc.mremap.restype = libc.sbrk.restype = libc.malloc.restype = libc.calloc.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
libc.mremap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_int]
libc.mprotect.argtypes = libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
libc.sbrk.argtypes = [ctypes.c_ssize_t]
libc.malloc.argtypes = [ctypes.c_size_t]
libc.calloc.argtypes = [ctypes.c_size_t, ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]


def write(address, size):
    ctypes.memset(address, 1, size)


def make_room_in_heap():
    """Before the break is moved: malloc shall have enough to not move it, too, in between."""
    libc.mallopt(-1, 1 << 30)  # M_TRIM_THRESHOLD
    for block in [libc.malloc(100_000) for _ in range(20)]:
        libc.free(block)


def marked(path):
    with open(path) as source:
        marks = (re.search(r"# \[(\w+)\]$", text.rstrip()) for text in source)
        return {mark.group(1): number for number, mark in enumerate(marks, 1) if mark}


def status():
    with open("/proc/self/status") as file:
        pairs = (line.split(":") for line in file)
        return {name: value.split()[0] for name, value in pairs if value.split()}


def tell(held=None, reserved=None, files=None, freed=None):
    """Bytes by mark: alive and written at the peak; alive and never written; of mapped files; given back before the end."""
    usage, now = resource.getrusage(resource.RUSAGE_SELF), status()
    own = {
        "peak": int(now["VmHWM"]) * 1024,
        "resident": int(now["VmRSS"]) * 1024,
        "maxResident": usage.ru_maxrss * 1024,
        "childrenMaxResident": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024,
        "cpuSeconds": usage.ru_utime + usage.ru_stime,
        "minorFaults": usage.ru_minflt,
        "threads": int(now["Threads"]),
        "descriptors": len(os.listdir("/proc/self/fd")),
        "children": os.path.exists("/proc/self/task/%d/children" % os.getpid())
        and len(open("/proc/self/task/%d/children" % os.getpid()).read().split()),
    }
    truth = {"lines": marked(sys.argv[0]), "held": held or {}, "reserved": reserved or {}, "files": files or {},
             "freed": freed or {}, "own": own}
    with open(sys.argv[1], "w") as file:
        json.dump(truth, file)
