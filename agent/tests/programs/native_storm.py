"""usage: native_storm.py LIBRARY OTHER: forks while threads load and unload a library. The children do not: glibc's
loader itself is not fit for that, with or without an agent."""
import ctypes
import os
import sys

library = ctypes.CDLL(sys.argv[1])
assert library.storm_begins(sys.argv[2].encode()) == 0
for turn in range(40):
    child = os.fork()
    if child == 0:
        library.chain_outer(ctypes.c_size_t(900000))
        kept = [[i] for i in range(2000)]
        os._exit(7)
    assert os.waitpid(child, 0)[1] == 7 << 8
library.storm_ends()
print("over")
