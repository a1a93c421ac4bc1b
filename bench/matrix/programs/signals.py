"""A handler that allocates, a thousand times a second, while everything else does."""
import random
import signal
import sys

dice = random.Random(int(sys.argv[1]))
count = 0


def handler(number, frame):
    global count
    count += 1
    [str(i) for i in range(5)]


signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
total = 0
while count < 100:  # not for some time: a busy machine may give this program little of it
    [[i] for i in range(300)]
for _ in range(200):
    total += len([bytes(dice.randrange(2000)) for _ in range(10)])
signal.setitimer(signal.ITIMER_REAL, 0)
print(total, count >= 100)
