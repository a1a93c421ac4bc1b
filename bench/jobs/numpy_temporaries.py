"""numpy temporaries: gradient descent of a regularised logistic model and a sliding-window filter, written as one writes
it, so that every step makes arrays of 8 kB to 8 MB and drops them.

usage: numpy_temporaries.py [SIZE]      1 is the whole job, 0 only what is needed to start
"""

import sys

import numpy as np

NUM_SAMPLES = 20_000
NUM_FEATURES = 50
STEPS = 800
WINDOWS = 800
SIGNAL = 100_000


def descend(steps):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(NUM_SAMPLES, NUM_FEATURES))
    truth = rng.normal(size=NUM_FEATURES)
    y = (x @ truth + rng.normal(size=NUM_SAMPLES) > 0).astype(float)
    weights = np.zeros(NUM_FEATURES)
    for _ in range(steps):
        centred = x - x.mean(axis=0)
        scaled = centred / centred.std(axis=0)
        probability = 1.0 / (1.0 + np.exp(-(scaled @ weights)))
        error = probability - y
        gradient = (scaled * error[:, None]).mean(axis=0) + 1e-3 * weights
        weights = weights - 0.5 * gradient
    return float(np.abs(weights).sum())


def smooth(windows):
    rng = np.random.default_rng(1)
    signal = rng.normal(size=SIGNAL).cumsum()
    total = 0.0
    for i in range(windows):
        width = 5 + i % 20
        kernel = np.exp(-0.5 * (np.arange(-width, width + 1) / (width / 3)) ** 2)
        parts = [np.convolve(part, kernel / kernel.sum(), mode="same") for part in np.array_split(signal, 100)]
        joined = np.concatenate(parts)
        residual = (signal - joined) ** 2
        total += float(np.sqrt(residual[residual > np.median(residual)]).mean())
    return total


def main():
    size = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    print(f"{descend(round(STEPS * size)):.6f} {smooth(round(WINDOWS * size)):.6f}")


if __name__ == "__main__":
    main()
