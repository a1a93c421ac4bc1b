"""Deep recursion, RecursionError, generators, exec'd code, GC, __del__, tracemalloc."""
import gc
import sys
import tracemalloc


def deep(n):
    x = [n] * 20
    return deep(n - 1) + len(x) if n else 0


def endless(n):
    return endless(n + 1) + 1


class Node:
    def __init__(self, i):
        self.me, self.data = self, list(range(i % 50))

    def __del__(self):
        self.data = [0] * 10


def generated(n):
    for i in range(n):
        yield [i] * 3


print(deep(600))
try:
    endless(0)
except RecursionError:
    print("RecursionError")
limit = sys.getrecursionlimit()
sys.setrecursionlimit(9000 if sys.version_info >= (3, 11) else 3000)
print(deep(7000 if sys.version_info >= (3, 11) else 2000))
sys.setrecursionlimit(limit)
for _ in range(3):
    [Node(i) for i in range(20000)]
    gc.collect()
print(sum(len(x) for x in generated(100000)))
for i in range(300):
    scope = {}
    exec(compile(f"def f{i}(n):\n    return [n] * {i}\nr = [f{i}(k) for k in range(20)]", f"<e{i}>", "exec"), scope)
for i in range(400):
    exec(compile("x = [str(k) for k in range(60)]", "<same>", "exec"), {})
tracemalloc.start(3)
x = [str(i) for i in range(30000)]
tracemalloc.stop()
print(len(x), len({str(i): i for i in range(50000)}))
