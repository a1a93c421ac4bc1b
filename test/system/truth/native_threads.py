"""Threads that Python knows nothing of: they have no line, and what they hold is called native."""

import ctypes
import sys

from known import MIB, tell

native = ctypes.CDLL(sys.argv[2])
print(native.hold_in_threads(8, 16 * MIB))
tell(held={"native": 8 * 16 * MIB})
print(native.end_threads())
