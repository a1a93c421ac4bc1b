"""Nested dictionaries that are built, half thrown away, and built again."""

from own_peak import print_own_peak


def tree(depth):
    return {i: tree(depth - 1) for i in range(5)} if depth else {"leaf": [1.5] * 4}


forest = [tree(5) for _ in range(10)]
del forest[::2]
forest += [tree(5) for _ in range(4)]
print_own_peak()
