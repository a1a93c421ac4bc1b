"""Known answers: each line marked `# NAME` holds, at the peak, what EXPECTED (printed as JSON) says, in bytes as the program
asked for them. Written so that nothing else on those lines holds anything."""

import json
import mmap
import sys

BLOCK = 5_000_000
SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 1
HEAD = bytes.__basicsize__  # of an object, beside its content; one byte of it is the content's closing zero

big = bytearray(BLOCK)  # big
blocks = [bytes(300_000) for _ in range(20)]  # blocks
small = [bytes(200 + SEED) for _ in range(30_000)]  # small
medium = [bytes(3_000 + SEED) for _ in range(3_000)]  # medium
floats = [i * 1.5 for i in range(480_000)]  # floats


def churn():
    for _ in range(40):
        bytes(1_000_000)  # churn


churn()
touched = mmap.mmap(-1, 16 << 20)  # touched
for at in range(0, 16 << 20, 4096):
    touched[at] = 1
half = mmap.mmap(-1, 16 << 20)  # half
for at in range(0, 8 << 20, 4096):
    half[at] = 1
top = bytearray(b"x") * 30_000_000  # top

lines = {}
with open(__file__) as source:
    for number, text in enumerate(source, 1):
        if "  # " in text and text.rstrip().split("  # ")[1].isidentifier():
            lines[text.rstrip().split("  # ")[1]] = number
lists = {"blocks": 20, "small": 30_000, "medium": 3_000, "floats": 480_000}
held = {
    "big": BLOCK + 1,
    "blocks": 20 * (300_000 + HEAD),
    "small": 30_000 * (200 + SEED + HEAD),
    "medium": 3_000 * (3_000 + SEED + HEAD),
    "floats": 480_000 * float.__basicsize__,
    "touched": 16 << 20,
    "half": 16 << 20,
    "top": 30_000_001,
}
for name in lists:
    held[name] += sys.getsizeof(globals()[name]) - sys.getsizeof([])
print(json.dumps({"lines": lines, "held": held, "churned": 40 * (1_000_000 + HEAD)}))
