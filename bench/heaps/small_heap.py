"""About 12 MB in all, the interpreter's own included."""
import sys

size = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
table = {i: str(i) * 3 for i in range(int(50_000 * size))}
grid = [[0.5 * i] * 12 for i in range(int(25_000 * size))]
print(len(table), len(grid))
