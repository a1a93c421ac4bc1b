"""numpy arrays and scalars, scipy's sparse matrices."""
import numpy as np
import scipy.sparse
from cases import case


def rng():
    return np.random.RandomState(7)


@case()
def large_arrays():
    return {"layer %d" % i: rng().rand(1000, 1000) for i in range(12)}


@case(protocol=5)
def large_arrays_protocol_5():
    return [rng().rand(500, 1000) for _ in range(24)]


@case()
def small_arrays():
    return [rng().rand(100) for _ in range(60000)]


@case(protocol=5)
def small_arrays_protocol_5():
    return [np.arange(100) * 1.5 for _ in range(60000)]


@case()
def middle_arrays():
    return [np.arange(400) * 1.5 for _ in range(20000)]


@case()
def tiny_arrays():
    return [np.arange(4, dtype="int32") for _ in range(150000)]


@case()
def scalars_in_dicts():
    return [{"mean": np.float64(i), "n": np.int64(i), "var": np.float32(i)} for i in range(80000)]


@case()
def array_of_strings_as_objects():
    return np.array(["value %d" % i for i in range(400000)], dtype=object)


@case()
def array_of_records():
    return np.zeros(800000, dtype=[("id", "i8"), ("x", "f4"), ("name", "S20"), ("y", "f8")])


@case()
def generators_of_numpy():
    return [np.random.RandomState(i) for i in range(8000)]


@case()
def sparse_matrix():
    return scipy.sparse.random(20000, 4000, density=0.03, format="csr", random_state=3)


@case()
def sparse_matrices():
    return [scipy.sparse.random(60, 60, density=0.1, format="csr", random_state=i) for i in range(6000)]
