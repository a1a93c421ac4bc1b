"""A file that is mapped and read: its pages are resident, but nobody's heap."""

import mmap
import tempfile

from own_peak import print_own_peak

with tempfile.TemporaryFile() as file:
    for _ in range(40):
        file.write(bytes(1 << 20))
    file.flush()
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapping:
        total = sum(mapping[page] for page in range(0, len(mapping), mmap.PAGESIZE))
        print_own_peak()
