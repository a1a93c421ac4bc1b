"""Objects of Python and its standard library."""
import collections
import datetime
import decimal
import random
import uuid

import plain_classes as classes
import river_like
from cases import case


@case()
def forest_with_generators():
    return river_like.Forest(3, 16, 32)


@case(protocol=2)
def forest_with_generators_protocol_2():
    return river_like.Forest(4, 16, 24)


@case(how="optimized")
def forest_with_generators_optimized():
    return river_like.Forest(8, 16, 32)


@case()
def forest():
    return river_like.Forest(30, 16, 32, generators=False)


@case(protocol=5)
def forest_protocol_5():
    return river_like.Forest(8, 40, 40, classes=3, generators=False)


@case(how="fast")
def forest_fast():
    return river_like.Forest(30, 16, 32, generators=False)


@case(how="optimized")
def forest_optimized():
    return river_like.Forest(30, 16, 32, generators=False)


@case()
def generators_alone():
    return [random.Random(i) for i in range(3000)]


@case()
def records_of_three():
    return [classes.Record(3, i) for i in range(80000)]


@case()
def records_of_twelve():
    return [classes.Record(12, i) for i in range(30000)]


@case()
def records_of_forty():
    return [classes.Record(40, i) for i in range(8000)]


@case()
def slotted():
    return [classes.Slotted(i) for i in range(150000)]


@case()
def named_tuples():
    return [classes.Point(i * 0.5, float(i), "label %d" % (i % 300)) for i in range(120000)]


@case()
def own_setstate():
    return [classes.Counted(i) for i in range(60000)]


@case()
def subclasses_of_containers():
    return [classes.Rows([i, classes.Settings(a=i, b="x%d" % i)]) for i in range(40000)]


@case()
def documents():
    """As json.loads gives them: the keys of each are strings of its own."""
    import json

    texts = [json.dumps({"id": i, "name": "user%d" % (i % 900), "tags": ["a", "b%d" % (i % 9)], "score": i / 7, "at": {"x": i, "y": -i}}) for i in range(30000)]
    return [json.loads(text) for text in texts]


@case(protocol=0)
def documents_protocol_0():
    return [{"id": i, "name": "user%d" % i, "score": i / 7, "flag": i % 2 == 0} for i in range(40000)]


@case()
def floats():
    return [random.random() for _ in range(1000000)]


@case()
def one_float_in_many_rows():
    return [[0.0] * 10 for _ in range(100000)]


@case()
def integers():
    return [i * 1000003 for i in range(1000000)]


@case()
def large_integers():
    return [(1 << 200) + i for i in range(400000)]


@case()
def tuples():
    return [(i, float(i), None) for i in range(250000)]


@case()
def strings():
    return ["row number %d" % i for i in range(400000)]


@case()
def strings_not_ascii():
    return ["Größe %d" % i if i % 2 else "日本語の行 %d" % i for i in range(400000)]


@case()
def one_dict_of_strings():
    return {"key %d" % i: i for i in range(300000)}


@case()
def one_dict_just_grown():
    return {i: float(i) for i in range(699060)}


@case()
def dicts_of_integers():
    return [{j: i * j for j in range(12)} for i in range(60000)]


@case()
def sets():
    return [set(range(i, i + 20)) for i in range(20000)] + [frozenset((i, -i)) for i in range(40000)]


@case(protocol=2)
def sets_protocol_2():
    return [set(range(i, i + 8)) for i in range(60000)]


@case()
def ordered_dicts():
    return [collections.OrderedDict((("a", i), ("b", float(i)), ("c", None))) for i in range(50000)]


@case()
def counters_and_deques():
    values = [collections.Counter({"a": i, "b": 300 + i}) for i in range(50000)]
    return values + [collections.deque(range(i, i + 30)) for i in range(30000)] + [collections.defaultdict(list, {i: [i]}) for i in range(50000)]


@case()
def dates_and_decimals():
    start = datetime.datetime(2020, 1, 1)
    return [(start + datetime.timedelta(seconds=i), decimal.Decimal(i) / 7, uuid.UUID(int=i)) for i in range(60000)]


@case()
def small_bytes():
    return [b"%d" % i * 8 for i in range(400000)]


@case(protocol=2)
def small_bytes_protocol_2():
    return [b"%d\xff" % i * 8 for i in range(200000)]


@case()
def large_bytes():
    return [bytes(300000 + i) for i in range(200)]
