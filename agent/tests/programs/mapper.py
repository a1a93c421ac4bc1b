"""usage: mapper.py LIBRARY: mappings of known sizes, asked for by mapper.c, by Python's own module, and by ctypes itself. Prints
the sizes by who asked."""
import ctypes
import json
import mmap
import sys

MIB = 1 << 20
SIZES = {"large": 3 * MIB, "small": MIB // 2, "of a thread": 5 * MIB, "of Python": 7 * MIB, "by ctypes": 9 * MIB,
         "reserved": 11 * MIB, "grown": 14 * MIB}
library = ctypes.CDLL(sys.argv[1])
size = ctypes.c_size_t
assert library.map_here(size(SIZES["large"])) and library.map_here(size(SIZES["small"]))
assert library.map_in_thread(size(SIZES["of a thread"]))
assert library.map_reserved(size(SIZES["reserved"])) and library.map_grown(size(SIZES["grown"]))
kept = mmap.mmap(-1, SIZES["of Python"], flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
anonymous = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
assert libc.mmap(None, size(SIZES["by ctypes"]), 3, anonymous, -1, ctypes.c_long(0)) != ctypes.c_void_p(-1).value
print(json.dumps(SIZES))
