"""A buffer that grows by small steps, so that realloc moves it."""

from own_peak import print_own_peak

buffer = bytearray()
chunk = b"x" * 70_000
while len(buffer) < 48_000_000:
    buffer += chunk
print_own_peak()
