"""A pickle of objects with shared and unshared parts, loaded; about 45 MB."""
import pickle
import sys

size = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
shared = ["shared text %d" % i for i in range(100)]
data = [{"a": i, "b": [float(i)] * 3, "c": shared[i % 100], "d": ("x%d" % i, i)} for i in range(int(80_000 * size))]
text = pickle.dumps(data, protocol=5)
del data
loaded = pickle.loads(text)
print(len(loaded))
