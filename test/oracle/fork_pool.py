"""A pool by os.fork: 80 MiB that all share, 30 MiB of its own in each worker. At a barrier everybody holds still for a
while, and a second program (pss_of_tree.py) reads the kernel's figures; then all go."""

import os
import subprocess
import sys
import time

MIB = 1 << 20
WORKERS = 4


def filled(mib):
    block = bytearray(mib * MIB)
    for page in range(0, len(block), 4096):
        block[page] = 1
    return block


def work(ready, release):
    own = filled(30)
    os.write(ready, b"x")
    os.read(release, 1)
    os._exit(0 if len(own) else 1)


def main():
    shared = filled(80)
    ready = os.pipe()
    release = os.pipe()
    workers = []
    for _ in range(WORKERS):
        pid = os.fork()
        if pid == 0:
            os.close(release[1])
            work(ready[1], release[0])
        workers.append(pid)
    for _ in workers:
        os.read(ready[0], 1)
    oracle = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pss_of_tree.py")
    pids = [str(os.getpid())] + [str(pid) for pid in workers]
    # Not a child that stays: what it holds itself is subtracted by leaving it out of the pids.
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LD_PRELOAD", "HIGHWATER"))}
    subprocess.run([sys.executable, "-S", oracle, "before"] + pids, env=environment, check=True)
    time.sleep(3)  # long enough for readings of PSS, which are rare on a busy machine
    subprocess.run([sys.executable, "-S", oracle, "after"] + pids, env=environment, check=True)
    os.write(release[1], b"x" * WORKERS)
    for pid in workers:
        os.waitpid(pid, 0)
    print("pids", " ".join(pids), len(shared))


main()
