"""Zeros that nobody ever writes: address space, not memory."""

import numpy

from own_peak import print_own_peak

zeros = numpy.zeros((400, 1 << 20), dtype=numpy.uint8)
zeros[:40] = 1
print_own_peak()
