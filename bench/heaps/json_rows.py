"""A text of 8 MB parsed into 40 MB of objects, three times over, the last kept."""
import json
import sys

size = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
rows = [{"id": i, "name": f"row {i}", "values": [i * 0.5, i * 0.25], "tags": ["a", "b"]} for i in range(int(60_000 * size))]
text = json.dumps(rows)
del rows
for _ in range(3):
    parsed = json.loads(text)
print(len(parsed), len(text))
