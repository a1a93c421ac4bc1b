"""Daemon threads that allocate in native code, without the GIL, while the interpreter is taken down under them."""
import ctypes
import sys
import threading
import time

lib = ctypes.CDLL(sys.argv[1])
keep = [[i, str(i)] for i in range(300000)]


def work(depth):
    return work(depth - 1) if depth else lib.endless()


for _ in range(4):
    threading.Thread(target=work, args=(50,), daemon=True).start()
time.sleep(0.2)
print("end")
