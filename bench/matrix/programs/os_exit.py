"""The end without any handler, from the main thread while others work, with blocks of every kind alive."""
import os
import random
import sys
import threading

dice = random.Random(int(sys.argv[1]))
kept = [bytes(dice.randrange(800)) for _ in range(5000)] + [bytearray(1_000_000)]


def work():
    while True:
        [[i] * 3 for i in range(200)]
        bytearray(300_000)


for _ in range(2):
    threading.Thread(target=work, daemon=True).start()
print(sum(map(len, kept)), flush=True)
os._exit(dice.randrange(1, 200))
