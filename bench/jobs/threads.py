"""Threads: four workers take jobs off a queue, and each job is half Python objects and half numpy, which lets go of the
interpreter's lock; beside them a server starts a thread for each request, and each thread lives for a millisecond.

usage: threads.py [SIZE]      1 is the whole job, 0 only what is needed to start
"""

import queue
import sys
import threading

import numpy as np

WORKERS = 4
JOBS = 16_000
REQUESTS = 9_000
ROWS = 4_000  # arrays of 128 KiB: of larger ones malloc gives memory back by chance, 70 to 300 thousand page faults from run to run


def tokenize(number):
    """Python objects: words are counted."""
    words = [f"word-{(number * 31 + i * i) % 997}" for i in range(1_200)]
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return max(counts.values())


def transform(number, table):
    """numpy: the lock is free while it computes."""
    rows = table * (1 + number % 5)
    scaled = np.tanh(rows) + np.sqrt(np.abs(rows))
    return int((scaled.sum(axis=1) > 1).sum())


def work(jobs, results, table):
    while (number := jobs.get()) is not None:
        results[number] = tokenize(number) + transform(number, table)


def run_workers(count, table):
    jobs, results = queue.Queue(), [0] * count
    for number in range(count):
        jobs.put(number)
    workers = [threading.Thread(target=work, args=(jobs, results, table)) for _ in range(WORKERS)]
    for worker in workers:
        jobs.put(None)
        worker.start()
    for worker in workers:
        worker.join()
    return sum(results)


def answer(number, answers):
    headers = {f"header-{i}": f"value {number * i}" for i in range(30)}
    answers[number] = len("\r\n".join(f"{name}: {value}" for name, value in headers.items()))


def run_server(count):
    answers = [0] * count
    for first in range(0, count, WORKERS):
        requests = range(first, min(first + WORKERS, count))
        threads = [threading.Thread(target=answer, args=(number, answers)) for number in requests]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return sum(answers)


def main():
    # How often threads fight for the lock, and what that costs, is chance: with the usual 5 ms the job takes between 0.7 and
    # 1.4 times the same CPU time.
    sys.setswitchinterval(0.1)
    size = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    table = np.random.default_rng(0).normal(size=(ROWS // 10 if size < 0.2 else ROWS, 4))
    print(run_workers(round(JOBS * size), table), run_server(round(REQUESTS * size)))


if __name__ == "__main__":
    main()
