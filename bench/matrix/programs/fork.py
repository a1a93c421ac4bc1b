"""Children, children of children, and a child of a thread while another thread allocates."""
import os
import random
import sys
import threading

dice = random.Random(int(sys.argv[1]))
kept = [str(i) * 3 for i in range(4000)]


def child(depth):
    """The child's status says what it computed."""
    code = dice.randrange(1, 100)
    pid = os.fork()
    if pid == 0:
        kept.extend([i] for i in range(3000))
        if depth:
            code = (code + child(depth - 1)) % 256
        del kept[:2000]
        os._exit(code)
    return os.WEXITSTATUS(os.waitpid(pid, 0)[1])


def forks_in_thread(to):
    to.append(child(0))


print([child(depth) for depth in (0, 1, 2)])
done = threading.Event()


def noise():
    while not done.is_set():
        [[i] for i in range(500)]


thread = threading.Thread(target=noise)
thread.start()
codes = []
for _ in range(3):
    inner = threading.Thread(target=forks_in_thread, args=(codes,))
    inner.start()
    inner.join()
done.set()
thread.join()
print(codes, len(kept))
