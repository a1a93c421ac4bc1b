"""many_small.py FOLDER: files that consist of very many small things, the hard ones for a rewriter's memory."""
import os
import pickle
import sys

import joblib
import numpy as np

FOLDER = sys.argv[1]
generator = np.random.default_rng(0)


def path(name):
    return os.path.join(FOLDER, name)


def in_a_row(name, make):
    with open(path(name), "wb") as file:
        for i in range(100_000):
            pickle.dump(make(i), file)


joblib.dump([generator.random(100) for _ in range(60_000)], path("60000 arrays of 100.joblib"))
joblib.dump([generator.random(1 + i % 120) for i in range(60_000)], path("60000 arrays, 120 shapes.joblib"))
joblib.dump([generator.random((1 + i % 500, 1 + i // 500)) for i in range(3_000)], path("3000 arrays, each another shape.joblib"))
in_a_row("100000 dicts in a row.pkl", lambda i: {"a": i, "b": "word", "c": ("word", 1.5)})
in_a_row("100000 numbers in a row.pkl", lambda i: i)
with open(path("1000000 strings.pkl"), "wb") as file:
    pickle.dump(["text %d" % i for i in range(1_000_000)], file)
