"""Arrays joined again and again: two generations are alive at each step."""

import numpy

from own_peak import print_own_peak

array = numpy.ones(0)
for step in range(12):
    array = numpy.concatenate([array, numpy.full(500_000, float(step))])
assert array.sum() > 0
print_own_peak()
