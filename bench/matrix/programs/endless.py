"""Allocates until it is killed, and says how far it came."""
import sys
import threading

kept = {}


def work():
    while True:
        bytearray(400_000)
        [[i] * 3 for i in range(500)]


threading.Thread(target=work, daemon=True).start()
step = int(sys.argv[1])
while True:
    kept[step % 50] = [bytes(i) for i in range(300)]
    print("step", step, flush=True)
    step += 1
