"""Small Python objects that rise and fall three times, each a bit higher, beside lists that grow; says at the top what is in use."""
import os
import sys

for turn in range(3):
    names, pairs = [], []
    for i in range(200000 + 50000 * turn):
        names.append("name of row %d" % i)
        pairs.append((i, [names[-1]]))
    if turn == 2:
        sys._debugmallocstats()
        sys.stderr.flush()
    del pairs, names
os._exit(0)
