"""sbrk: 200 MiB in steps, of which the last 60 are given back before the peak; brk; what fails changes nothing."""

import ctypes

from known import MIB, libc, make_room_in_heap, tell, write

libc.brk.argtypes = [ctypes.c_void_p]

make_room_in_heap()
start = libc.sbrk(140 * MIB)  # [first]
write(start, 140 * MIB)
more = libc.sbrk(60 * MIB)  # [second]
write(more, 60 * MIB)
libc.sbrk(-60 * MIB)
print(libc.sbrk(2**46) == 2**64 - 1, libc.brk(1))
again = libc.sbrk(0)
print(again == more, libc.brk(again + 80 * MIB))  # [third]
write(again, 80 * MIB)
tell(held={"first": 140 * MIB, "second": 0, "third": 80 * MIB})
