"""sbrk and brk, called by C code."""

import ctypes
import sys

from known import MIB, make_room_in_heap, tell

make_room_in_heap()
native = ctypes.CDLL(sys.argv[2])
print(native.grow_break(200 * MIB))  # [grown]
print(native.shrink_break(80 * MIB))
more = bytearray(b"x") * (160 * MIB)  # [more]
tell(held={"grown": 120 * MIB, "more": 160 * MIB})
