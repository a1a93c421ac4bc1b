"""fork, fork in a fork, fork from a thread, and a child that only calls exec."""
import os
import sys
import threading


def grow(n):
    return [str(i) * 3 for i in range(n)]


def reap(pid):
    print("child", os.WEXITSTATUS(os.waitpid(pid, 0)[1]), flush=True)


kept = grow(60000)
pid = os.fork()
if pid == 0:
    kept += grow(60000)
    inner = os.fork()
    if inner == 0:
        grow(60000)
        os._exit(5)
    reap(inner)
    del kept[:60000]
    sys.stdout.flush()
    os._exit(4)
reap(pid)


def in_thread():
    pid = os.fork()
    if pid == 0:
        x = bytearray(30_000_000)
        os._exit(len(x) // 10_000_000)
    reap(pid)


noise = [threading.Thread(target=grow, args=(150000,)) for _ in range(3)]
for t in noise:
    t.start()
for _ in range(5):
    t = threading.Thread(target=in_thread)
    t.start()
    t.join()
for t in noise:
    t.join()
pid = os.fork()
if pid == 0:
    os.execv("/bin/sh", ["sh", "-c", "exit 9"])
reap(pid)
print(len(kept))
