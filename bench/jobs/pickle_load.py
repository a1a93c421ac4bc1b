"""Pickle load: a cache of measurements, objects with lists, dictionaries, dates and texts, is read again and again, as a
program does that comes up, or a worker that is handed its tasks. Nearly all is made by the C code of `pickle`.

usage: pickle_load.py [SIZE]      1 is the whole job, 0 only what is needed to start
"""

import datetime
import pickle
import sys

LOADS = 190
RECORDS = 9_000
START = datetime.datetime(2024, 1, 1)


class Measurement:
    def __init__(self, number):
        self.number = number
        self.station = f"station-{number % 300}"
        self.time = START + datetime.timedelta(minutes=number)
        self.values = [number * 0.01 + i / 7 for i in range(12)]
        self.flags = {"valid": number % 5 != 0, "source": f"sensor {number % 40}", "retries": number % 1000 + 300}
        self.position = (47.0 + number / 1e5, 8.0 - number / 1e5)
        self.comment = f"taken by hand, sheet {number}" if number % 3 == 0 else None


def check(records):
    return sum(record.number + len(record.values) for record in records if record.flags["valid"])


def main():
    size = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    if size == 0:
        return
    data = pickle.dumps([Measurement(number) for number in range(RECORDS)], protocol=4)
    total = 0
    for _ in range(max(1, round(LOADS * size))):
        total += check(pickle.loads(data))
    print(len(data), total)


if __name__ == "__main__":
    main()
