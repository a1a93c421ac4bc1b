"""Big arrays: a picture stack of some hundred megabytes is loaded, normalised, cut, joined and reduced. Few allocations, of 4
to 128 MB each, which the C library takes from the kernel and hands back at once: pages come and go all the time.

usage: big_arrays.py [SIZE]      1 is the whole job, 0 only what is needed to start
"""

import sys

import numpy as np

ROUNDS = 17
FRAMES = 64
SIDE = 512


def make_stack(rng):
    return rng.integers(0, 4096, (FRAMES, SIDE, SIDE), dtype=np.uint16)


def run_round(number, raw):
    stack = raw.astype(np.float32)
    background = np.median(stack[:: FRAMES // 8], axis=0)
    stack = stack - background
    stack = stack / (np.abs(stack).max() + 1)
    halves = np.concatenate([stack[FRAMES // 2 :], stack[: FRAMES // 2]])
    mask = halves > 0.25
    brightest = np.where(mask, halves, 0)
    frames = [frame.T.copy() for frame in brightest[number % 4 :: 4]]
    wide = np.hstack(frames)
    grown = np.zeros(1, dtype=np.float64)
    for step in range(1, 5):  # a buffer that is made larger as data comes in
        grown = np.resize(grown, step * SIDE * SIDE * 4)
    return int(mask.sum()) + int(wide.shape[1]) + grown.size


def main():
    size = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    if size == 0:
        return
    raw = make_stack(np.random.default_rng(0))
    print(sum(run_round(number, raw) for number in range(max(1, round(ROUNDS * size)))))


if __name__ == "__main__":
    main()
