"""The process becomes another program twice, once by way of the shell, after an exec that fails."""
import os
import random
import sys

seed, image = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
dice = random.Random(seed + image)
kept = [bytes(dice.randrange(900)) for _ in range(3000)]
print("image", image, sum(map(len, kept)), flush=True)
if image == 0:
    try:
        os.execv("/nonexistent/program", ["x"])
    except FileNotFoundError:
        print("no such program", flush=True)
    os.execv(sys.executable, [sys.executable, __file__, str(seed), "1"])
if image == 1:
    os.execlp("sh", "sh", "-c", f"exec '{sys.executable}' '{__file__}' {seed} 2")
sys.exit(dice.randrange(1, 100))
