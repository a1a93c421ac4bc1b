"""A pool of multiprocessing whose workers map one data file of 48 MiB, one block of shared memory of 32 MiB, and the libraries
that every Python has: files_of_tree.py says what the kernel counts, while everybody holds still.

usage: file_pool.py fork|spawn [MODULE]    MODULE: workers import it as well
"""

import importlib
import json
import mmap
import multiprocessing
import os
import subprocess
import sys
import time
from multiprocessing import shared_memory

MIB = 1 << 20
WORKERS = 4


def touch(view, size):
    return sum(view[at] for at in range(0, size, 4096))


def work(module, data, name, ready, release):
    if module:
        importlib.import_module(module)
    with open(data, "rb") as file:
        rows = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    shared = shared_memory.SharedMemory(name)
    own = bytearray(b"x") * (12 * MIB)
    total = touch(rows, len(rows)) + touch(shared.buf, shared.size) + len(own)
    ready.put((os.getpid(), total))
    release.wait()
    shared.close()


def main(method, module=""):
    context = multiprocessing.get_context(method)
    if module:
        importlib.import_module(module)
    with open("rows.bin", "wb") as file:
        file.write(b"\1" * (48 * MIB))
    shared = shared_memory.SharedMemory(create=True, size=32 * MIB)
    shared.buf[:] = b"\2" * shared.size
    ready, release = context.Queue(), context.Event()
    arguments = (module, "rows.bin", shared.name, ready, release)
    workers = [context.Process(target=work, args=arguments) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for _ in workers:
        ready.get()
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LD_PRELOAD", "HIGHWATER"))}
    helpers = [child for child in children() if child not in [worker.pid for worker in workers]]
    pids = [os.getpid()] + [worker.pid for worker in workers] + helpers
    time.sleep(3)  # long enough for readings of PSS, which are rare on a busy machine
    oracle = os.path.join(os.path.dirname(os.path.abspath(__file__)), "files_of_tree.py")
    names = "rows.bin," + shared.name
    subprocess.run([sys.executable, "-S", oracle, names] + [str(pid) for pid in pids], env=environment, check=True)
    release.set()
    for worker in workers:
        worker.join()
    shared.close()
    shared.unlink()
    print("PLANTED", json.dumps({"shared": shared.name}), flush=True)


def children():
    """multiprocessing has helpers of its own: the tracker of resources."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name) as file:
                    parent = int(file.read().rpartition(")")[2].split()[1])
            except OSError:
                continue
            if parent == os.getpid():
                found.append(int(name))
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
