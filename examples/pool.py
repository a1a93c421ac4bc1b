"""A pool of worker processes that share one table and each make something of their own.

What to look for in the report:

* The table is made once and inherited by the workers. It is in the resident memory of each of them, so their sum counts
  it several times; counted in shares (PSS) it is there once.
* Each worker's own buffers are truly its own, and add up.
* Lists of Python numbers do not stay shared: reading an object writes its reference count, and the page is copied. The
  `index` here is such a list, the `table` is one block of bytes, which is only read.
"""

import multiprocessing

NUM_WORKERS = 3
TABLE_BYTES = 96 * 2**20
INDEX_LENGTH = 400_000
WORK_BYTES = 24 * 2**20
NUM_TASKS = 9

table = b""
index = []


def load_table():
    global table, index
    table = bytes(range(256)) * (TABLE_BYTES // 256)
    index = [i * 997 % TABLE_BYTES for i in range(1000, 1000 + INDEX_LENGTH)]


def work(task):
    buffer = bytearray(WORK_BYTES)
    start = task * WORK_BYTES % (TABLE_BYTES - WORK_BYTES)
    buffer[:] = table[start : start + WORK_BYTES]
    total = sum(table[position] for position in index[task::NUM_TASKS])
    return total + buffer[task]


def main():
    load_table()
    # Fork is what makes the workers inherit; it is no longer the default everywhere.
    context = multiprocessing.get_context("fork")
    with context.Pool(NUM_WORKERS) as pool:
        results = pool.map(work, range(NUM_TASKS), chunksize=1)
    print(f"{NUM_TASKS} tasks by {NUM_WORKERS} workers; total {sum(results)}")


if __name__ == "__main__":
    main()
