"""usage: storm.py LIBRARY ROUNDS; prints the addresses that are alive after the storm, and what there was of it."""
import ctypes
import json
import sys

library = ctypes.CDLL(sys.argv[1])
to = (ctypes.c_uint64 * 64)()
n = library.storm(int(sys.argv[2]), to)
left = library.leave(100)
counts = (ctypes.c_uint64 * 3)()
library.storm_counts(counts)
sys.stderr.write(json.dumps([list(to)[:n], left, list(counts)]))
