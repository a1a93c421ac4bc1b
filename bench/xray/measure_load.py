"""Loads one file in this process and prints what the kernel says: bytes above the process after its imports.

    python measure_load.py FILE LOADER [MODULE...]        LOADER: pickle, joblib, torch, loads

The high-water mark is reset after the imports (clear_refs), so it is of the loading alone.
"""
import gc
import importlib
import json
import sys


def status(key):
    with open("/proc/self/status") as lines:
        for line in lines:
            if line.startswith(key + ":"):
                return int(line.split()[1]) * 1024
    raise RuntimeError("no %s in /proc/self/status" % key)


def load(path, loader):
    if loader == "joblib":
        import joblib
        return joblib.load(path)
    if loader == "torch":
        import torch
        return torch.load(path, weights_only=True)
    import pickle
    with open(path, "rb") as file:
        return pickle.loads(file.read()) if loader == "loads" else pickle.load(file)


def main():
    path, loader, modules = sys.argv[1], sys.argv[2], sys.argv[3:]
    for module in ["pickle", *modules]:
        try:
            importlib.import_module(module)
        except ImportError:
            pass  # some compiled modules can be found only once others are there; loading will say
    gc.collect()
    with open("/proc/self/clear_refs", "w") as clear:
        clear.write("5")
    baseline = status("VmRSS")
    loaded = load(path, loader)
    peak = status("VmHWM")
    gc.collect()
    resident = status("VmRSS")
    print(json.dumps({"peak": peak - baseline, "resident": resident - baseline, "baseline": baseline}))
    del loaded


main()
