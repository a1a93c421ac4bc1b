"""About 120 MB of small objects on several lines."""
import sys

size = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
n = int(200_000 * size)
numbers = [float(i) for i in range(n)]
names = ["name of row %d" % i for i in range(n)]
pairs = [(number, name) for number, name in zip(numbers, names)]
records = [{"id": i, "pair": pair} for i, pair in enumerate(pairs)]
lists = [[record, i] for i, record in enumerate(records)]
print(len(lists))
