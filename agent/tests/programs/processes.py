"""multiprocessing in each start method, and subprocess."""
import multiprocessing as mp
import subprocess
import sys


def work(n):
    return sum(len(s) for s in [str(i) * 4 for i in range(n)])


if __name__ == "__main__":
    for method in ("fork", "spawn", "forkserver"):
        with mp.get_context(method).Pool(2) as pool:
            print(method, pool.map(work, [20000, 30000, 40000]))
            pool.close()
            pool.join()
    print(subprocess.run(["/bin/sh", "-c", "echo shell; exit 3"], capture_output=True))
    print(subprocess.run([sys.executable, "-c", "x = bytearray(9_000_000); print(len(x))"], capture_output=True))
    print(subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True, close_fds=False, preexec_fn=int).stdout)
