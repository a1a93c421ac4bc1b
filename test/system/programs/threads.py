"""Four threads that build lists at the same time."""

import threading

from own_peak import print_own_peak

kept = []


def build(seed):
    kept.append([bytes([seed]) * (100 + i % 900) for i in range(15_000)])


workers = [threading.Thread(target=build, args=(i,)) for i in range(4)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
print_own_peak()
