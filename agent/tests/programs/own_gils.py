"""Sub-interpreters at work at the same time, each in a thread of its own and, from 3.12 on, under a GIL of its own. Each makes blocks
of sizes that tell which it was, and small objects, in functions that carry its number."""
import sys
import threading

try:
    import _interpreters as interpreters
except ImportError:
    try:
        import _xxsubinterpreters as interpreters
    except ImportError:
        sys.exit("no sub-interpreters in this Python")

WORKERS, ROUNDS, SMALL = 4, 30, 20000
SOURCE = """
def outer_{n}():
    return inner_{n}()

def inner_{n}():
    kept = []
    for i in range({rounds}):
        kept.append(bytearray({base} + i))  # line 8
        small = [[k] for k in range({small})]
        if i % 8 == 7:
            del kept[:4]
    return len(kept)

assert outer_{n}() > 0
"""


def work(n):
    sub = interpreters.create()
    source = SOURCE.format(n=n, rounds=ROUNDS, small=SMALL, base=1_000_000 * (n + 1))
    failed = interpreters.run_string(sub, source)
    assert not failed, failed
    interpreters.destroy(sub)


warm = [[i] for i in range(50000)]
threads = [threading.Thread(target=work, args=(n,)) for n in range(WORKERS)]
for t in threads:
    t.start()
for t in threads:
    t.join()
again = [[i] for i in range(50000)]
print("done", len(warm) + len(again))
