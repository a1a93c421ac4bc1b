"""Sub-interpreters, one after another and in threads."""
import sys
import threading

try:
    import _interpreters as interpreters
except ImportError:
    try:
        import _xxsubinterpreters as interpreters
    except ImportError:
        sys.exit("no sub-interpreters in this Python")

SOURCE = "x = [str(i) * 3 for i in range(20000)]\nimport json\njson.dumps(x)"


def one():
    sub = interpreters.create()
    interpreters.run_string(sub, SOURCE)
    interpreters.destroy(sub)


for _ in range(4):
    one()
if sys.version_info >= (3, 10):
    for _ in range(2):
        t = threading.Thread(target=one)
        t.start()
        t.join()
print("done")
