"""Loads one model and says what the kernel says of it: `highwater xray --measure`.

usage: measure_load.py SPEC    SPEC: JSON. The answer is the last line.

With "watched" nothing is said and nothing measured: an agent is in the process, and sees the load and what is left of it.

Imports that fail are left out: a module of the user's own may not be there, and the load itself then says so. What the file says is
executed: this is done only on the user's word.
"""
import ctypes
import gc
import importlib
import json
import os
import resource
import sys
import time
import types

MOST_OBJECTS = 20_000_000
MOST_CLASSES = 500
NOT_OF_THE_MODEL = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.CodeType,
                    types.FrameType, type(None), bool)


class Missing(Exception):
    """A module without which the file cannot be loaded."""


def import_all(spec):
    for name in spec["imports"]:
        try:
            importlib.import_module(name)
            globals()[name.split(".")[0]] = sys.modules[name.split(".")[0]]
        except ImportError as error:
            if name in spec["needed"]:
                raise Missing("%s cannot be imported: %s" % (name, error))
    if spec["script"]:
        import runpy

        own = runpy.run_path(spec["script"], run_name="__mp_main__")
        globals().update({name: value for name, value in own.items() if not name.startswith("__")})


def read_datasets(file):
    found = {}
    file.visititems(lambda name, item: found.__setitem__(name, item[()]) if hasattr(item, "shape") else None)
    return found


def status():
    words = [line.split() for line in open("/proc/self/status")]
    return {word[0][:-1]: int(word[1]) * 1024 for word in words if len(word) == 3 and word[2] == "kB"}


def trim():
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except AttributeError:
        pass


def limit(bytes_more):
    soft = status()["VmData"] + bytes_more
    resource.setrlimit(resource.RLIMIT_DATA, (soft, soft))


def load(spec):
    """In the names of this module, as a pickle of the user's own script needs them."""
    return eval(spec["call"], globals(), {"path": spec["path"], "separator": spec["separator"]})


def parts_of(value):
    """What an object holds, as far as the collector of garbage knows; NumPy does not tell it of arrays of objects."""
    parts = gc.get_referents(value)
    kind = getattr(value, "dtype", None)
    if getattr(kind, "hasobject", False) and hasattr(value, "ravel"):
        parts.extend(value.ravel().tolist())
    return parts


def own_size(value, kind):
    """Classes written in Python that tell a size of their own tell that of their parts, too (pandas.DataFrame)."""
    if isinstance(kind.__sizeof__, types.FunctionType):
        return object.__sizeof__(value)
    try:
        return sys.getsizeof(value)
    except Exception:
        return 0


def full_name(kind):
    """As in the report on the file: without the module of what is built in."""
    return kind.__qualname__ if kind.__module__ == "builtins" else "%s.%s" % (kind.__module__, kind.__qualname__)


def classes_of(root):
    """[name, objects, bytes as sys.getsizeof tells them] of everything that is reached from an object, largest first."""
    sums, seen, left = {}, {id(root)}, [root]
    while left and len(seen) < MOST_OBJECTS:
        value = left.pop()
        kind = type(value)
        if isinstance(value, NOT_OF_THE_MODEL):
            continue
        counts = sums.setdefault(kind, [0, 0])
        counts[0] += 1
        counts[1] += own_size(value, kind)
        for part in parts_of(value):
            if id(part) not in seen:
                seen.add(id(part))
                left.append(part)
    named = [[full_name(kind), *counts] for kind, counts in sums.items()]
    return sorted(named, key=lambda row: -row[2])[:MOST_CLASSES]


def measure(spec):
    gc.collect()
    trim()
    limit(spec["limit"])
    try:
        open("/proc/self/clear_refs", "w").write("5")
    except OSError:
        pass
    before = status()
    began = time.process_time()
    answer, value = {"baseline": before["VmRSS"], "failure": "", "classes": []}, None
    try:
        value = load(spec)
        answer["seconds"] = time.process_time() - began
    except BaseException as error:
        answer["failure"] = ("%s: %s" % (type(error).__name__, error))[:400]
    after = status()
    answer["peak"] = max(0, after["VmHWM"] - before["VmRSS"])
    gc.collect()
    kept = status()
    answer["resident"] = max(0, kept["VmRSS"] - before["VmRSS"])
    answer["fileBacked"] = max(0, kept["RssFile"] - before["RssFile"])
    trim()
    answer["afterTrim"] = max(0, status()["VmRSS"] - before["VmRSS"])
    if spec["classes"] and not answer["failure"]:
        try:
            answer["classes"] = classes_of(value)
        except Exception:  # MemoryError, or a class of the model that does not let itself be looked at
            pass
    return answer


def watched(spec):
    limit(spec["limit"])
    value = load(spec)
    gc.collect()
    return value


def main():
    spec = json.loads(sys.argv[1])
    sys.path[0] = ""  # as at a prompt: modules of the user's own lie in the working directory
    if spec["watched"]:
        null = os.open(os.devnull, os.O_RDWR)
        for fd in (0, 1, 2):
            os.dup2(null, fd)
    try:
        import_all(spec)
    except Missing as error:
        print(json.dumps({"failure": str(error)}))
        return
    if spec["watched"]:
        value = watched(spec)
        os._exit(0 if value is not None else 1)  # without taking the model down
    print("\n" + json.dumps(measure(spec)))


main()
