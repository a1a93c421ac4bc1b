"""measure_load.py FILE [MODULES]: what loading the file takes, by the kernel: VmHWM while loading and VmRSS after a collection, both
above a process that has imported everything that the file needs. Without MODULES it prints what that is."""
import gc
import importlib
import json
import os
import pickle
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))


def field(name):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(name))


def load(path):
    if path.endswith(".joblib"):
        import joblib

        return joblib.load(path)
    with open(path, "rb") as file:
        return pickle.load(file)


def main():
    path = sys.argv[1]
    if len(sys.argv) == 2:
        before = set(sys.modules)
        load(path)
        print(json.dumps(sorted(set(sys.modules) - before)))
        return
    with open(sys.argv[2]) as names:
        for module in json.load(names):
            try:
                importlib.import_module(module)
            except Exception:
                pass  # made by another module under a name of its own
    gc.collect()
    with open("/proc/self/clear_refs", "w") as refs:
        refs.write("5")  # VmHWM starts anew
    before, cpu = field("VmRSS"), time.process_time()
    value = load(path)
    cpu = time.process_time() - cpu
    peak = field("VmHWM") - before
    gc.collect()
    resident = field("VmRSS") - before
    answer = {"peak": peak, "resident": resident, "cpuSeconds": round(cpu, 2)}
    if "river_arf" in os.path.basename(path):
        import hashlib

        import river_arf

        answer["predictions"] = hashlib.sha256(repr(river_arf.predictions(value)).encode()).hexdigest()[:16]
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
