"""The peak is the last thing that happens, right before the end."""

from own_peak import print_own_peak

small = [bytes(2_000) for _ in range(5_000)]
large = bytes(1) * 75_000_000
print_own_peak()
