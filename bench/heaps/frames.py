"""pandas: a frame of numbers and texts, grouped and joined; about 80 MB."""
import sys

import numpy as np
import pandas as pd

size = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
n = int(300_000 * size)
random = np.random.default_rng(3)
frame = pd.DataFrame({"key": random.integers(0, 500, n), "x": random.random(n), "y": random.random(n)})
frame["name"] = ["n%d" % k for k in frame["key"]]
means = frame.groupby("name")[["x", "y"]].mean()
joined = frame.merge(means, left_on="name", right_index=True, suffixes=("", "_mean"))
print(len(joined))
