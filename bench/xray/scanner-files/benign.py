"""Files that honest programs write: what a scanner says of them is a false alarm, or none. The large ones show what it costs."""
import collections
import datetime
import decimal
import functools
import gzip
import pathlib
import pickle
import random
import uuid

CASES = {}


def case(file_name=None, loader="pickle"):
    def register(make):
        CASES[make.__name__] = (file_name or make.__name__ + ".pkl", loader, make)
        return make

    return register


def dump(value, path, protocol=4):
    with open(path, "wb") as file:
        pickle.dump(value, file, protocol)


class Leaf:
    def __init__(self, depth, label):
        self.depth, self.label, self.weight = depth, label, depth / 7


@case()
def standard_library(path):
    value = [collections.OrderedDict(a=1), collections.Counter("abca"), collections.deque([1, 2]), {1, 2}, frozenset("ab")]
    value += [datetime.datetime(2026, 1, 2), decimal.Decimal("1.5"), random.Random(1), complex(1, 2), range(3), slice(1, 2)]
    dump(value + [collections.defaultdict(list, a=[1]), bytearray(b"ab")], path)


@case()
def standard_library_protocol_0(path):
    dump([collections.OrderedDict(a=1), datetime.date(2026, 1, 2), {1, 2}, "text", 1.5], path, 0)


@case()
def paths_and_ids(path):
    dump({"where": pathlib.PurePosixPath("/a/b"), "id": uuid.UUID(int=7)}, path)


@case()
def own_class(path):
    dump([Leaf(i, str(i)) for i in range(100)], path)


@case()
def function_and_partial(path):
    dump({"key": len, "step": functools.partial(round, ndigits=2)}, path)


@case()
def several_pickles(path):
    with open(path, "wb") as file:
        for i in range(3):
            pickle.dump([i], file)


@case("standard.pkl.gz", "gzip")
def gzipped(path):
    with gzip.open(path, "wb") as file:
        pickle.dump({"weights": [1.0, 2.0]}, file)


@case()
def cloudpickle_lambda(path):
    import cloudpickle

    with open(path, "wb") as file:
        cloudpickle.dump({"score": lambda a, b: a + b}, file)


@case()
def numpy_arrays(path):
    import numpy

    dump({"a": numpy.arange(9.0), "when": numpy.datetime64("2026-01-01"), "one": numpy.float32(1)}, path)


@case()
def numpy_generator(path):
    import numpy

    dump([numpy.random.default_rng(1), numpy.random.RandomState(1)], path)


@case("texts.npy", "numpy")
def npy_of_objects(path):
    import numpy

    numpy.save(path, numpy.array(["a", None, 1.5], dtype=object))


@case("arrays.npz", "numpy")
def npz(path):
    import numpy

    numpy.savez(path, a=numpy.zeros(9), texts=numpy.array(["a", None], dtype=object))


def forest(trees, rows):
    import numpy
    from sklearn.ensemble import RandomForestClassifier

    rng = numpy.random.default_rng(1)
    x = rng.normal(size=(rows, 8))
    return RandomForestClassifier(trees, random_state=1).fit(x, x[:, 0] > rng.normal(size=rows))


@case()
def sklearn_forest(path):
    dump(forest(5, 500), path)


@case("pipeline.joblib", "joblib")
def sklearn_pipeline_joblib(path):
    import joblib
    import numpy
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    texts = ["one two", "two three", "four", "five six"] * 5
    joblib.dump(make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, numpy.arange(20) % 2), path)


@case()
def sklearn_column_transformer(path):
    import numpy
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

    steps = [("n", StandardScaler(), [0]), ("c", OneHotEncoder(), [1]), ("f", FunctionTransformer(numpy.log1p), [2])]
    x = numpy.abs(numpy.random.default_rng(1).normal(size=(50, 4))).round()
    dump(ColumnTransformer(steps + [("i", SimpleImputer(), [3])]).fit(x), path)


@case()
def sklearn_gradient_boosting(path):
    import numpy
    from sklearn.ensemble import HistGradientBoostingClassifier

    x = numpy.random.default_rng(1).normal(size=(300, 4))
    dump(HistGradientBoostingClassifier(max_iter=5).fit(x, x[:, 0] > 0), path)


@case()
def sklearn_neighbours(path):
    import numpy
    from sklearn.neighbors import KNeighborsClassifier

    x = numpy.random.default_rng(1).normal(size=(300, 4))
    dump(KNeighborsClassifier(algorithm="kd_tree").fit(x, x[:, 0] > 0), path)


@case("forest.joblib", "joblib")
def sklearn_forest_joblib_compressed(path):
    import joblib

    joblib.dump(forest(5, 500), path, compress=3)


@case()
def pandas_frame(path):
    import pandas

    when = pandas.date_range("2026-01-01", periods=9, tz="UTC")
    dump(pandas.DataFrame({"n": range(9), "s": list("abcabcabc"), "when": when, "c": pandas.Categorical(list("aabbccabc"))}), path)


@case()
def pandas_multi_index(path):
    import pandas

    index = pandas.MultiIndex.from_product([list("ab"), range(3)])
    dump([pandas.Series(range(6), index=index), pandas.Timestamp("2026-01-01"), pandas.Interval(0, 1)], path)


@case("state.pt", "torch")
def torch_state_dict(path):
    import torch

    torch.save(torch.nn.Sequential(torch.nn.Linear(9, 9), torch.nn.BatchNorm1d(9)).state_dict(), path)


@case("module.pt", "torch")
def torch_module(path):
    import torch

    torch.save(torch.nn.Sequential(torch.nn.Linear(9, 9), torch.nn.ReLU()), path)


@case("optimizer.pt", "torch")
def torch_checkpoint(path):
    import torch

    layer = torch.nn.Linear(9, 9)
    optimizer = torch.optim.Adam(layer.parameters())
    layer(torch.zeros(2, 9)).sum().backward()
    optimizer.step()
    torch.save({"model": layer.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3}, path)


@case("old.pt", "torch")
def torch_old_form(path):
    import torch

    torch.save({"w": torch.zeros(9, 9)}, path, _use_new_zipfile_serialization=False)


@case()
def torch_tensor_in_pickle(path):
    import torch

    dump({"w": torch.zeros(9, 9)}, path)


@case()
def river_tree(path):
    from river import stats, tree

    model = tree.HoeffdingTreeClassifier()
    rng = random.Random(1)
    for _ in range(300):
        model.learn_one({"a": rng.random(), "b": rng.random()}, rng.random() < 0.5)
    dump([model, stats.Mean()], path)


# --- large ones


@case()
def large_objects(path):
    dump([Leaf(i % 50, "leaf %d" % i) for i in range(300_000)], path)


@case()
def large_documents(path):
    rng = random.Random(1)
    words = ["word%d" % i for i in range(5000)]
    dump([{"id": i, "title": " ".join(rng.choices(words, k=8)), "score": rng.random(), "tags": rng.choices(words, k=5)} for i in range(60_000)], path)


@case()
def large_arrays(path):
    import numpy

    dump({"layer%d" % i: numpy.random.default_rng(i).normal(size=(1024, 1024)) for i in range(24)}, path)


@case()
def large_forest(path):
    dump(forest(60, 20_000), path)


@case("large_state.pt", "torch")
def large_torch(path):
    import torch

    torch.save({"layer%d" % i: torch.rand(1024, 1024) for i in range(48)}, path)
