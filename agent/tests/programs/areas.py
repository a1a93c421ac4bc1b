"""usage: areas.py [child]: memory of every kind, then a block that goes while memory stands at its peak; what the kernel said just
before. child: a process was started before, which runs in this memory until its exec (vfork)."""
import ctypes
import json
import mmap
import subprocess
import sys
import threading

if sys.argv[1:] == ["child"]:
    subprocess.run(["/bin/true"], check=True)
blocks = [bytes(3000) for _ in range(6000)]  # malloc's heap, and ...
del blocks[::2]  # ... holes in it
objects = [(i, str(i)) for i in range(60000)]  # pymalloc's arenas
mapped = mmap.mmap(-1, 9 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
mapped[: 5 << 20] = b"x" * (5 << 20)
unusable = ctypes.CDLL(None).mmap(None, ctypes.c_size_t(700 << 20), 0, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)
hold = threading.Event()


def deep(n):
    if n == 0:
        kept.append([bytes(3000) for _ in range(100)])  # in an arena of the thread's own
    return deep(n - 1) if n else hold.wait()


kept = []
threading.stack_size(4 << 20)
threads = [threading.Thread(target=deep, args=(400,), daemon=True) for _ in range(3)]
for thread in threads:
    thread.start()
top = bytearray(30 << 20)
sums = {"Anonymous": 0, "Rss": 0, "heap": 0, "stack": 0}
name = ""
with open("/proc/self/smaps") as smaps:
    for line in smaps:
        first, *rest = line.split()
        if first in ("Anonymous:", "Rss:"):
            sums[first[:-1]] += int(rest[0]) * 1024
            if first == "Anonymous:" and name in ("[heap]", "[stack]"):
                sums[name[1:-1]] += int(rest[0]) * 1024
        elif "-" in first and not first.endswith(":"):
            name = rest[4] if len(rest) > 4 else ""
del top
hold.set()
for thread in threads:
    thread.join()
print(json.dumps(sums))
