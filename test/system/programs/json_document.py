"""A document written as JSON and read back."""

import json

from own_peak import print_own_peak

rows = [{"id": i, "name": "row %d" % i, "values": [i, i / 3, None, True]} for i in range(50_000)]
again = json.loads(json.dumps(rows))
assert len(again) == len(rows)
print_own_peak()
