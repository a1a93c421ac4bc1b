"""The models whose load is measured: `make(NAME)` gives one. Everything is drawn from fixed seeds."""
import random


def make(name):
    return MODELS[name]()


def river_like():
    import forest_like

    return forest_like.Forest(24, True)


def river_like_plain():
    import forest_like

    return forest_like.Forest(200, False)


def river_arf():
    import river_arf

    return river_arf.make(40)


def sklearn_forest():
    import numpy
    from sklearn.ensemble import RandomForestClassifier

    numbers = numpy.random.default_rng(0)
    rows = numbers.normal(size=(20000, 10))
    wanted = (rows[:, 0] * rows[:, 1] + numbers.normal(size=20000) > 0).astype(int)
    return RandomForestClassifier(100, random_state=0, n_jobs=1).fit(rows, wanted)


def dict_heavy():
    draw = random.Random(5)
    words = ["word%d" % i for i in range(500)]

    def text(value):  # as from a parser: equal texts are separate objects
        return "".join(list(value))

    def document(i):
        return {
            text("identifier"): i,
            text("kind"): text(draw.choice(["article", "comment", "review"])),
            text("author"): {text("name"): text("user%d" % draw.randrange(2000)), text("country"): text(draw.choice(["de", "fr", "us"]))},
            text("tags"): [text(draw.choice(words)) for _ in range(8)],
            text("scores"): {text(draw.choice(words)): draw.randrange(100) / 10 for _ in range(6)},
        }

    return [document(i) for i in range(40000)]


def object_column():
    import numpy
    import pandas

    draw = random.Random(6)
    cities = ["city of %d" % i for i in range(1000)]
    column = numpy.empty(1000000, dtype=object)
    column[:] = ["".join(list(draw.choice(cities))) for _ in range(1000000)]
    return pandas.DataFrame({"number": numpy.arange(1000000.0), "city": pandas.Series(column, dtype=object)})


def small_arrays():
    import numpy

    return [numpy.arange(100.0) + i for i in range(60000)]


MODELS = {f.__name__: f for f in (river_like, river_like_plain, river_arf, sklearn_forest, dict_heavy, object_column, small_arrays)}
