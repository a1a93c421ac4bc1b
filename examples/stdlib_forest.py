"""Phases of a data job with nothing but the standard library: build, index, copy, serialise, release.

What to look for in the report:

* `build` makes many small objects (dictionaries, strings, floats): the memory is Python's own, not native.
* `make_index` refers to the same records from new lists, and costs little; `deepcopy` makes every dictionary and list
  again, and only texts and numbers stay shared.
* `json.dumps` makes many small pieces before it joins them to one text, and there, on top of all the rest, lies the
  peak. The bytes that `encode` makes come when the pieces are gone.
* After `release` the records are gone. How much the process gives back to the system is another matter: compare what
  Python holds with what is resident.
"""

import copy
import json
import random
import tempfile
from pathlib import Path

NUM_RECORDS = 150_000
TAGS_PER_RECORD = 4
NUM_CITIES = 50


def build():
    rng = random.Random(0)
    records = []
    for number in range(NUM_RECORDS):
        records.append(
            {
                "id": number,
                "name": f"customer-{number:06d}",
                "city": f"city-{rng.randrange(NUM_CITIES)}",
                "balance": round(rng.uniform(-500, 5000), 2),
                "tags": [rng.randrange(1000, 2000) for _ in range(TAGS_PER_RECORD)],
            }
        )
    return records


def make_index(records):
    by_city = {}
    for record in records:
        by_city.setdefault(record["city"], []).append(record)
    return by_city


def make_variant(records):
    variant = copy.deepcopy(records)
    for record in variant:
        record["balance"] *= 1.02
    return variant


def to_json(records, path):
    text = json.dumps(records)
    data = text.encode("utf-8")
    path.write_bytes(data)
    return len(data)


def release(records, by_city):
    records.clear()
    by_city.clear()


def main():
    records = build()
    by_city = make_index(records)
    variant = make_variant(records)
    largest = max(by_city, key=lambda city: len(by_city[city]))
    with tempfile.TemporaryDirectory() as folder:
        written = to_json(variant, Path(folder) / "variant.json")
    release(records, by_city)
    total = sum(record["balance"] for record in variant)
    print(f"{len(variant)} records, most in {largest}; {written / 2**20:.1f} MiB of JSON; balance {total:.2f}")


if __name__ == "__main__":
    main()
