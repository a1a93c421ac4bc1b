"""The files that loading is predicted for: one function each, which gives the object and, if not 4, the protocol.

    python cases.py --list                 names of the cases that this interpreter has the libraries for, as JSON
    python cases.py NAME OUT               makes one file
"""
import importlib
import json
import pickle
import pickletools
import sys

FAMILIES = ["plain_cases", "array_cases", "scikit_learn_cases", "pandas_cases", "river_cases", "torch_cases", "boosting_cases"]
CASES = {}


def case(protocol=4, how="plain"):
    """how: plain, fast (Pickler.fast) or optimized (pickletools.optimize)."""

    def register(make):
        CASES[make.__name__] = (make, protocol, how)
        return make

    return register


def write(name, out):
    make, protocol, how = CASES[name]
    value = make()
    with open(out, "wb") as file:
        if how == "optimized":
            file.write(pickletools.optimize(pickle.dumps(value, protocol)))
        else:
            pickler = pickle.Pickler(file, protocol)
            pickler.fast = how == "fast"
            pickler.dump(value)


def collect():
    missing = {}
    for family in FAMILIES:
        try:
            importlib.import_module(family)
        except ImportError as error:
            missing[family] = str(error)
    return missing


if __name__ == "__main__":
    sys.modules["cases"] = sys.modules["__main__"]
    missing = collect()
    if sys.argv[1] == "--list":
        print(json.dumps({"cases": list(CASES), "missing": missing}))
    else:
        write(sys.argv[1], sys.argv[2])
