"""Frames of pandas with the column types that people have."""
import numpy as np
import pandas as pd
from cases import case

ROWS = 400000


def rng():
    return np.random.RandomState(5)


@case()
def frame_of_numbers():
    return pd.DataFrame({"c%d" % i: rng().rand(ROWS) for i in range(20)})


@case()
def frame_of_objects():
    return pd.DataFrame({"name": pd.Series(["name %d" % i for i in range(ROWS)], dtype=object), "x": np.arange(ROWS)})


@case()
def frame_of_repeated_objects():
    """Equal strings that are separate objects, as a CSV reader makes them."""
    return pd.DataFrame({"city": pd.Series([("city %d" % (i % 40)) + "" for i in range(ROWS)], dtype=object)})


@case()
def frame_of_categories():
    values = rng().randint(0, 3000, ROWS * 6)
    return pd.DataFrame({"c": pd.Categorical(["cat %d" % v for v in values]), "x": np.arange(ROWS * 6)})


@case()
def frame_of_dates():
    return pd.DataFrame({"t": pd.date_range("2020-01-01", periods=ROWS * 5, freq="s"), "flag": True, "n": np.int8(3)})


@case()
def frame_of_arrow_strings():
    return pd.DataFrame({"s": pd.array(["some text %d" % i for i in range(ROWS * 3)], dtype="string[pyarrow]")})


@case()
def series_with_string_index():
    return pd.Series(rng().rand(ROWS), index=pd.Index(["k%d" % i for i in range(ROWS)], dtype=object))


@case()
def many_small_frames():
    return [pd.DataFrame({"a": np.arange(20), "b": np.arange(20) * 1.5}) for _ in range(4000)]
