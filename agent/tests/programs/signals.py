"""A handler that runs a thousand times a second while everything allocates."""
import signal
import time

count = 0


def handler(number, frame):
    global count
    count += 1
    [str(i) for i in range(5)]


signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
end = time.monotonic() + 1.0
while time.monotonic() < end:
    [[i] for i in range(500)]
signal.setitimer(signal.ITIMER_REAL, 0)
print(count > 100)
