"""Strings joined from parts, replaced and split."""

from own_peak import print_own_peak

text = "".join("line %d: %s\n" % (i, "abc" * 20) for i in range(120_000))
upper = text.upper()
lines = upper.replace("LINE", "row").split("\n")
assert len(lines) > 100_000
print_own_peak()
