"""Allocates until it is killed."""
import threading


def work():
    while True:
        x = [[i] * 3 for i in range(2000)]
        bytearray(600_000)
        del x


for _ in range(2):
    threading.Thread(target=work, daemon=True).start()
print("ready", flush=True)
work()
