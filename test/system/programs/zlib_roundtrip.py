"""Compression of a large block and back."""

import zlib

from own_peak import print_own_peak

plain = bytes(range(256)) * 120_000
packed = zlib.compress(plain, 1)
assert zlib.decompress(packed) == plain
print_own_peak()
