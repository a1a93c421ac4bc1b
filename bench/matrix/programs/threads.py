"""Six threads that hand blocks to one another, some of them over 512 bytes and some compressed without the GIL."""
import queue
import random
import sys
import threading
import zlib

seed = int(sys.argv[1])
ways = [queue.Queue() for _ in range(6)]
sums = [0] * 6


def work(me):
    dice = random.Random(seed * 10 + me)
    for _ in range(400):
        ways[dice.randrange(6)].put([bytes(dice.randrange(2000)), [me] * dice.randrange(40)])
        if dice.random() < 0.05:
            sums[me] += len(zlib.decompress(zlib.compress(bytes(50_000))))
        try:
            block, _ = ways[me].get_nowait()
            sums[me] += len(block) * 0
        except queue.Empty:
            pass


threads = [threading.Thread(target=work, args=(i,)) for i in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sums)
