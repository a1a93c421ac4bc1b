"""Millions of small objects that come and go, with few alive."""

from own_peak import print_own_peak

kept = []
for i in range(400_000):
    item = (i, [i], "item %d" % i)
    if i % 10 == 0:
        kept.append(item)
print_own_peak()
