"""usage: native_chain.py LIBRARY: what each line holds was allocated in C."""
import ctypes
import sys

library = ctypes.CDLL(sys.argv[1])
library.load_index.restype = ctypes.c_void_p


def index():
    return library.load_index(ctypes.c_size_t(20_000_000))  # INDEX


first = index()
second = library.load_index(ctypes.c_size_t(10_000_000))  # SECOND
library.start_worker(ctypes.c_size_t(5_000_000))
table = bytearray(3_000_000)  # TABLE
