"""Loads one model and says what the kernel says of it: `highwater xray --measure`.

usage: measure_load.py SPEC    SPEC: JSON. Answers with lines of JSON: the figures, and then, if asked for, the classes.

With "watched" nothing is said and nothing measured: an agent is in the process, and sees the load and what is left of it.

Imports that fail are left out: a module of the user's own may not be there, and the load itself then says so. What the file says is
executed: this is done only on the user's word.
"""
import ctypes
import gc
import json
import os
import resource
import signal
import sys
import time
import types

from highwater_load import imported, read_datasets, reset_peak, status

MOST_OBJECTS = 20_000_000
MOST_SECONDS = 60
MOST_CLASSES = 500
NOT_OF_THE_MODEL = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.CodeType,
                    types.FrameType, type(None), bool)


class Missing(Exception):
    """A module without which the file cannot be loaded."""


def main_module(spec):
    """A `__main__` of the user's own, in whose names the call is made: none of them may replace one of ours."""
    main = types.ModuleType("__main__")
    main.read_datasets = read_datasets
    main.ours = sys.modules["__main__"]  # kept alive
    sys.modules["__main__"] = main
    found, missing = imported(spec["imports"])
    vars(main).update(found)
    for name in spec["needed"]:
        if name in missing:
            raise Missing("%s cannot be imported: %s" % (name, missing[name]))
    if spec["script"]:
        import runpy

        own = runpy.run_path(spec["script"], run_name="__mp_main__")
        vars(main).update({name: value for name, value in own.items() if not name.startswith("__")})
        vars(main).update({name.split(".")[0]: found[name.split(".")[0]] for name in spec["needed"]})
    return main


def trim():
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except AttributeError:
        pass


def limit(bytes_more):
    soft = status()["VmData"] + bytes_more
    resource.setrlimit(resource.RLIMIT_DATA, (soft, soft))


def load(spec, main):
    return eval(spec["call"], vars(main), {"path": spec["path"], "separator": spec["separator"]})


def parts_of_array(value):
    """The collector of garbage is told nothing by NumPy: neither of objects in an array nor of the bytes that one lies in."""
    parts = [] if value.base is None else [value.base]
    fields = value.dtype.fields
    if value.dtype == object:
        parts.extend(value.ravel().tolist())
    elif fields and value.dtype.hasobject:
        for name in fields:
            parts.extend(parts_of_array(value[name])[1:])
    return parts


def parts_of(value):
    array = getattr(sys.modules.get("numpy"), "ndarray", None)
    parts = gc.get_referents(value)
    if array is not None and isinstance(value, array):
        parts.extend(parts_of_array(value))
    elif type(value) is memoryview:
        parts.append(value.obj)
    return parts


def own_size(value, kind):
    """Classes written in Python that tell a size of their own tell that of their parts, too (pandas.DataFrame)."""
    if isinstance(kind.__sizeof__, types.FunctionType):
        return object.__sizeof__(value)
    return sys.getsizeof(value, 0)


def full_name(kind):
    """As in the report on the file: without the module of what is built in."""
    return kind.__qualname__ if kind.__module__ == "builtins" else "%s.%s" % (kind.__module__, kind.__qualname__)


def classes_of(root):
    """[name, objects, bytes as sys.getsizeof tells them] of everything that is reached from an object, largest first; and why that
    is not all."""
    sums, seen, left, note = {}, {id(root)}, [root], ""
    end = time.monotonic() + MOST_SECONDS
    while left:
        value = left.pop()
        kind = type(value)
        if isinstance(value, NOT_OF_THE_MODEL):
            continue
        try:
            counts = sums.setdefault(kind, [0, 0])
            counts[0] += 1
            counts[1] += own_size(value, kind)
            for part in parts_of(value):
                if id(part) not in seen:
                    seen.add(id(part))
                    left.append(part)
        except Exception as error:  # a class of the model that does not let itself be looked at
            note = "an object of %s could not be looked at (%s)" % (full_name(kind), type(error).__name__)
        if len(seen) > MOST_OBJECTS or (len(seen) % 1024 == 0 and time.monotonic() > end):
            note = "only %d objects were looked at" % sum(count for count, _ in sums.values())
            break
    named = [[full_name(kind), *counts] for kind, counts in sums.items()]
    return sorted(named, key=lambda row: -row[2])[:MOST_CLASSES], note


def say(answer):
    print("\n" + json.dumps(answer), flush=True)


def measure(spec, main):
    gc.collect()
    trim()
    limit(spec["limit"])
    reset_peak()
    before = status()
    began = time.process_time()
    answer, value = {"baseline": before["VmRSS"], "failure": ""}, None
    try:
        value = load(spec, main)
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
    say(answer)
    if spec["classes"] and not answer["failure"]:
        try:
            classes, note = classes_of(value)
        except MemoryError:
            classes, note = [], "there was no memory to look at the objects"
        say({"classes": classes, "classesNote": note})


def watch(spec, main):
    limit(spec["limit"])
    value = load(spec, main)
    gc.collect()
    os._exit(0 if value is not None else 1)  # without taking the model down


def run():
    spec = json.loads(sys.argv[1])
    if sys.path[0] == os.path.dirname(os.path.abspath(__file__)):
        sys.path[0] = ""  # as at a prompt: modules of the user's own lie in the working directory
    signal.alarm(spec["seconds"])
    try:
        main = main_module(spec)
    except Missing as error:
        return say({"failure": str(error)})
    (watch if spec["watched"] else measure)(spec, main)


run()
