"""optimize.py IN OUT: the standard library's way, pickletools.optimize."""
import pickletools
import sys

with open(sys.argv[1], "rb") as file:
    pickled = file.read()
with open(sys.argv[2], "wb") as file:
    file.write(pickletools.optimize(pickled))
