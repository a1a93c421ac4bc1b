"""An expression whose temporaries are the peak."""

import numpy

from own_peak import print_own_peak

a = numpy.arange(3_000_000, dtype=numpy.float64)
b = (a * 2 + a**2) / (a + 1) - numpy.sqrt(a)
assert b.shape == a.shape
print_own_peak()
