"""Generators hand rows on: little is ever alive."""

from own_peak import print_own_peak

numbers = ({"n": n, "text": "x" * (n % 500)} for n in range(150_000))
wide = (row["text"] * 3 for row in numbers if row["n"] % 2)
total = sum(len(text) for text in wide)
assert total > 0
print_own_peak()
