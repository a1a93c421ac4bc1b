"""Deep recursion in which each call holds something."""

import sys

from own_peak import print_own_peak

sys.setrecursionlimit(5_000)


def descend(depth):
    held = bytearray(8_000)
    return len(held) if depth == 0 else descend(depth - 1) + len(held)


descend(3_000)
print_own_peak()
