"""Files for bench/xray/scanners.ts: makes those of one family into a folder and prints what they are, as JSON lines.

    python made.py benign FOLDER
    python made.py malicious FOLDER [NAME]
    python made.py load LOADER FILE          loads one the way its `loader` says

The payload of each malicious file makes the empty file `highwater-mark` in the current folder, and does nothing else.
"""
import importlib
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))


def load(loader, path):
    import pickle

    if loader == "pickle":
        with open(path, "rb") as file:
            return pickle.load(file)
    if loader == "all pickles":
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            return [pickle.load(file) for _ in iter(lambda: file.tell() < size, False)]
    if loader == "gzip":
        import gzip

        return pickle.load(gzip.open(path, "rb"))
    if loader == "joblib":
        return importlib.import_module("joblib").load(path)
    if loader == "torch":
        return importlib.import_module("torch").load(path, weights_only=False)
    if loader == "numpy":
        loaded = importlib.import_module("numpy").load(path, allow_pickle=True)
        return [loaded[name] for name in loaded] if hasattr(loaded, "files") else loaded
    raise ValueError(loader)


def main(command, *rest):
    if command == "load":
        load(*rest)
        return
    folder, *wanted = rest
    cases = importlib.import_module(command).CASES
    for name, (file_name, loader, make) in cases.items():
        if wanted and name not in wanted:
            continue
        line = {"name": name, "family": command, "file": file_name, "loader": loader, "missing": ""}
        try:
            make(os.path.join(folder, file_name))
        except ImportError as error:
            line["missing"] = str(error)
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
