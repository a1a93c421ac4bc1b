"""One thread is about to give a large block back, and takes its time, while another gives back the next."""
import ctypes
import sys
import threading

MIB = 1 << 20
library = ctypes.CDLL(sys.argv[1])
library.make.restype = ctypes.c_void_p
library.make.argtypes = [ctypes.c_size_t]
library.end.argtypes = library.end_slowly.argtypes = [ctypes.c_void_p]
first, second = library.make(32 * MIB), library.make(32 * MIB)
thread = threading.Thread(target=library.end_slowly, args=(first,))
thread.start()
library.await_slow_end()
library.end(second)
library.release()
thread.join()
