"""usage: native.py LIBRARY: calls into native.c; prints nothing."""
import ctypes
import os
import sys

library = ctypes.CDLL(sys.argv[1])
for function in (library.chain_outer, library.recurse, library.through_bare):
    function.restype = ctypes.c_void_p
size = ctypes.c_size_t
back_type = ctypes.CFUNCTYPE(None)


def back():
    library.chain_outer(size(700001))  # BACK


def twice():
    for extra in (1, 2):
        library.chain_outer(size(700010 + extra))  # TWICE


library.chain_outer(size(700000))  # CHAIN
twice()
library.recurse(5, size(700002))  # RECURSION
library.recurse(500, size(700003))  # DEEP
library.call_back(back_type(back), size(700004))  # CALLBACK
library.through_bare(size(700005))  # BARE
library.in_thread(size(700006))  # THREAD
kept = bytearray(700007)  # PYTHON
if hasattr(os, "fork"):
    child = os.fork()
    if child == 0:
        library.chain_outer(size(700008))  # CHILD
        os._exit(0)
    os.waitpid(child, 0)
