"""usage: native_swap.py FIRST SECOND ROUNDS: loads one library in the place of the other, again and again."""
import _ctypes
import ctypes
import sys

places = set()
for turn in range(2 * int(sys.argv[3])):
    name = ("first", "other")[turn % 2]
    library = ctypes.CDLL(sys.argv[1 + turn % 2])
    function = getattr(library, name)
    places.add(ctypes.cast(function, ctypes.c_void_p).value)
    function.restype = ctypes.c_void_p
    function(ctypes.c_size_t(800000 + turn % 2))
    _ctypes.dlclose(library._handle)
print(len(places) == 1)
