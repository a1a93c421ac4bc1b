"""numpy: arrays kept, with temporaries between them; about 150 MB."""
import sys

import numpy as np

size = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
n = int(1_000_000 * size)
base = np.arange(n, dtype=float)
kept = [np.sqrt(base * i + 1.0) for i in range(12)]
rows = [np.full(200, i, dtype=np.float32) for i in range(int(20_000 * size))]
print(sum(a[-1] for a in kept), len(rows))
