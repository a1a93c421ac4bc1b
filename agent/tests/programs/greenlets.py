"""Greenlets that allocate in turns, each in calls of its own, in two threads; and greenlets that die half-way, and a gevent
pool where there is one. Prints the frames of each large block as Python itself sees them: [[size, [[file, name, line], ...]]]."""
import json
import sys
import threading

try:
    import greenlet
except ImportError:
    sys.exit("no greenlet in this Python")

lock = threading.Lock()
size = 5_000_000
seen = []
kept = []


class Size:
    """A factor that bytes ask for on the very line on which they are then allocated, and touched."""

    def __index__(self):
        global size
        frames = []
        frame = sys._getframe(1)
        while frame is not None:
            code = frame.f_code
            frames.append([code.co_filename, getattr(code, "co_qualname", code.co_name), frame.f_lineno])
            frame = frame.f_back
        with lock:
            size += 10_007
            seen.append([size, frames[::-1]])
            return size - 33  # what the object itself adds


def switch():
    greenlet.getcurrent().parent.switch()


def even(depth):
    if depth:
        return even(depth - 1)
    kept.append(b"x" * Size())
    switch()
    small = [[i] * 3 for i in range(2000)]
    kept.append(b"x" * Size())
    return len(small)


def odd(depth):
    switch()
    if depth:
        odd(depth - 1)
    kept.append(b"x" * Size())


def generated():
    for i in range(2):
        switch()
        yield b"x" * Size()


def through_generator(_):
    kept.extend(generated())


def run_all():
    tasks = [greenlet.greenlet(function) for function in (even, odd, through_generator) * 4]
    left = [(task, (depth,)) for depth, task in enumerate(tasks)]
    for _ in range(40):
        for task, arguments in left:
            if not task.dead:
                task.switch(*(arguments if not task.gr_frame else ()))
    assert all(task.dead for task in tasks)
    unfinished = greenlet.greenlet(even)
    unfinished.switch(3)
    del unfinished  # ends by GreenletExit


def from_c():
    """A greenlet that is switched to from inside a sort, whose C frames stand between."""
    task = greenlet.greenlet(odd)
    task.switch(2)
    sorted([3, 1, 2], key=lambda n: task.switch() or n)
    kept.append(b"x" * Size())


run_all()
thread = threading.Thread(target=run_all)
thread.start()
thread.join()
from_c()
try:
    import gevent
except ImportError:
    pass
else:
    jobs = [gevent.spawn(lambda n: (gevent.sleep(0), kept.append(b"x" * Size()), gevent.sleep(0.001), [0] * n), i) for i in range(20)]
    gevent.joinall(jobs, raise_error=True)
sys.stderr.write("greenlets done\n")
print(json.dumps(seen))
