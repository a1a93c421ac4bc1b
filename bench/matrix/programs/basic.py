"""Objects of every size, cycles with finalizers, generators, and text that is compiled at run time."""
import gc
import random
import sys

dice = random.Random(int(sys.argv[1]))
ended = 0


class Node:
    def __init__(self, size):
        self.me, self.data = self, list(range(size))

    def __del__(self):
        global ended
        ended += len([0] * (len(self.data) % 7))


def generated(n):
    for i in range(n):
        yield [i] * dice.randrange(12)


kept = []
for _ in range(3):
    for _ in range(2000):
        Node(dice.randrange(40))
    gc.collect()
for _ in range(4000):
    kept.append(bytes(dice.randrange(600)))
    if len(kept) > 500:
        del kept[dice.randrange(500)]
grown = bytearray()
for _ in range(300):
    grown += bytes(dice.randrange(3000))
for i in range(60):
    scope = {}
    exec(compile(f"def f(n):\n    return [n] * {i}\nr = [f(k) for k in range(9)]", f"<text {i % 20}>", "exec"), scope)
print(sum(map(len, kept)), len(grown), sum(len(x) for x in generated(5000)), ended)
