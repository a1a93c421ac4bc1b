"""make_model.py NAME FOLDER: makes a model, and writes NAME.pkl (protocol 4), NAME.fast.pkl, and NAME.joblib for arrays. Prints
what the model takes in this process, which has imported everything before: resident memory after a collection."""
import gc
import json
import os
import pickle
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import models  # noqa: E402

IMPORTS = {
    "river_like": ["forest_like"],
    "river_like_plain": ["forest_like"],
    "river_arf": ["river_arf"],
    "sklearn_forest": ["numpy", "sklearn.ensemble", "joblib"],
    "object_column": ["numpy", "pandas"],
    "small_arrays": ["numpy", "joblib"],
}


def resident():
    gc.collect()
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))


def main():
    name, folder = sys.argv[1:]
    for module in IMPORTS.get(name, []):
        __import__(module)
    before = resident()
    model = models.make(name)
    live = resident() - before
    with open(os.path.join(folder, name + ".pkl"), "wb") as file:
        pickle.Pickler(file, 4).dump(model)
    fast = None
    try:
        with open(os.path.join(folder, name + ".fast.pkl"), "wb") as file:
            pickler = pickle.Pickler(file, 4)
            pickler.fast = True
            pickler.dump(model)
    except (ValueError, RecursionError) as error:
        os.remove(os.path.join(folder, name + ".fast.pkl"))
        fast = str(error)
    if name in ("sklearn_forest", "small_arrays"):
        import joblib

        joblib.dump(model, os.path.join(folder, name + ".joblib"))
    print(json.dumps({"live": live, "fast": fast, "python": sys.version.split()[0]}))


if __name__ == "__main__":
    main()
