"""What the running interpreter says of the sizes that src/artifact/pickle/object-sizes.ts states: JSON on stdout."""
import gc
import json
import pickle
import sys
import tracemalloc

COUNTS = [0, 1, 2, 4, 5, 6, 8, 9, 10, 11, 18, 19, 21, 22, 42, 43, 76, 77, 85, 86, 170, 171, 1000, 5000, 43691]
ATTRIBUTES = [0, 1, 2, 3, 5, 6, 8, 10, 12, 16, 20, 25, 29, 30, 31, 40]
INSTANCES = 2000


def instance_class(count):
    name = "Attributes%d" % count
    made = type(name, (), {"__module__": "__main__"})
    globals()[name] = made
    return made


def instances(count):
    made = instance_class(count)
    objects = []
    for _ in range(INSTANCES):
        one = made()
        for j in range(count):
            setattr(one, "a%d" % j, None)
        objects.append(one)
    data = pickle.dumps(objects, 4)
    instance_class(count)  # a class that has no instances yet, as in a process that only loads
    return data


def small(size):
    return (size + 15) // 16 * 16 if size <= 512 else (size + 8 + 15) // 16 * 16


def traced_bytes(data):
    """Bytes of the blocks that each instance has, of the whole list."""
    gc.collect()
    tracemalloc.start()
    loaded = pickle.loads(data)
    sizes = {}
    for trace in tracemalloc.take_snapshot().traces:
        sizes[small(trace.size)] = sizes.get(small(trace.size), 0) + 1
    tracemalloc.stop()
    del loaded
    return sum(size * number for size, number in sizes.items() if number >= INSTANCES // 2) / INSTANCES


def grown(make, add, count):
    made = make()
    for i in range(count):
        add(made, i)
    return made


def filled(batches):
    made = []
    for count in batches:
        made[len(made):] = (None,) * count
    return (sys.getsizeof(made) - sys.getsizeof([])) // 8


size = sys.getsizeof
json.dump(
    {
        "strings": [[size(char * n), width, n] for width, char in enumerate("a\xe9\u0100\U00010000") for n in (2, 10, 1000)],
        "bytes": [[size(b"a" * n), n] for n in (2, 10, 1000)],
        "ints": [[size(1 << (30 * digits - 1)), digits] for digits in (1, 2, 3, 10)],
        "tuples": [[size((None,) * n), n] for n in (1, 2, 100)],
        "dicts_of_strings": [[size(grown(lambda: {}, lambda d, i: d.__setitem__(str(i), 0), n)), n] for n in COUNTS],
        "dicts_of_ints": [[size(grown(lambda: {}, lambda d, i: d.__setitem__(i, 0), n)), n] for n in COUNTS],
        "sets": [[size(grown(set, lambda s, i: s.add(i), n)), n] for n in COUNTS],
        "lists": [[filled(batches), batches] for batches in ([1], [2], [5], [7], [1000], [1000] * 2, [1000] * 9, [1000] * 40, [1000] * 7 + [3])],
        "floats": size(1.5),
        "instances": [[traced_bytes(instances(n)), n] for n in ATTRIBUTES],
    },
    sys.stdout,
)
