"""compressed_loads.py FOLDER: models written by joblib in each of its compressions, and by pickle through the standard library's."""
import bz2
import gzip
import lzma
import os
import pickle
import sys

import joblib
import numpy as np
from sklearn.ensemble import RandomForestClassifier

FOLDER = sys.argv[1]
generator = np.random.default_rng(0)


def forest():
    rows = generator.normal(size=(20_000, 10))
    return RandomForestClassifier(40, random_state=0, n_jobs=1).fit(rows, rows[:, 0] + rows[:, 1] ** 2 > 0.5)


def arrays():
    return {"matrix%d" % i: np.round(generator.random((1000, 1000)), 2) for i in range(4)}


def documents():
    return [{"name": "name %d" % i, "score": float(i % 1000), "tags": ["tag %d" % (i % 90), "x"]} for i in range(60_000)]


def blobs():
    return {"a": generator.integers(0, 7, 12_000_000).astype("u1").tobytes(), "b": [str(i) for i in range(50_000)]}


CODECS = [("zlib", 3), ("gzip", 3), ("bz2", 3), ("xz", 1), ("xz", 6), ("xz", 9), ("lzma", 3), ("lz4", 1)]
for make in (forest, arrays, documents, blobs):
    model = make()
    name = make.__name__
    joblib.dump(model, os.path.join(FOLDER, "%s.joblib" % name))
    for codec, level in CODECS:
        joblib.dump(model, os.path.join(FOLDER, "%s.%s-%d.joblib" % (name, codec, level)), compress=(codec, level))
    if name in ("documents", "blobs"):
        for module, suffix in ((gzip, "gz"), (bz2, "bz2"), (lzma, "xz")):
            with module.open(os.path.join(FOLDER, "%s.pkl.%s" % (name, suffix)), "wb") as file:
                pickle.dump(model, file, protocol=4)
