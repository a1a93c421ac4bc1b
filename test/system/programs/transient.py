"""A peak of 20 milliseconds, between two samples from outside."""

import time

from own_peak import print_own_peak

time.sleep(0.1)
block = bytearray(b"x") * 90_000_000
time.sleep(0.02)
del block
time.sleep(0.1)
print_own_peak()
