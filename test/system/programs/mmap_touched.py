"""An anonymous mapping of which one page in four is written."""

import mmap

from own_peak import print_own_peak

mapping = mmap.mmap(-1, 128 << 20)
for page in range(0, len(mapping), 4 * mmap.PAGESIZE):
    mapping[page] = 1
print_own_peak()
