"""A binary tree of objects with attributes, of about 35 MB, made twice: the first is dropped before the second is whole."""
import random
import sys

size = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0


class Node:
    def __init__(self, key):
        self.key = key
        self.left = None
        self.right = None


def insert(root, key):
    while True:
        side = "left" if key < root.key else "right"
        child = getattr(root, side)
        if child is None:
            setattr(root, side, Node(key))
            return
        root = child


def build(count, seed):
    pick = random.Random(seed)
    root = Node(0.5)
    for _ in range(count):
        insert(root, pick.random())
    return root


first = build(int(40_000 * size), 1)
del first
second = build(int(160_000 * size), 2)
print(second.key)
