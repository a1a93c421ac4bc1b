"""Saves a model in another format, loads it from there, or compares the two: `highwater formats`, one step a process.

    save_formats.py '{"step": "save", "source": PATH, "call": EXPRESSION, "format": NAME, "target": PATH, ...}'

Steps: `applies` (which formats the model can have), `save` (load the source, then save it), `load` (load the target), `compare` (load both, and look for a difference). Prints one line of
JSON. Figures are the kernel's: the peak is VmHWM, set back by /proc/self/clear_refs before the step that is measured. Loading runs
what the file names: this is done only on the user's word.
"""
import gc
import importlib.util
import json
import os
import resource
import sys
import time

from compare_loads import Comparison
from highwater_load import imported, read_datasets, reset_peak, status
from model_parts import is_array, load_parts, parts_of, save_parts


def arrays_of(value):
    """Name -> numpy array of plain numbers, or a reason why not."""
    named = {"array": value} if is_array(value) else value
    if not isinstance(named, dict) or not named:
        return None, "it is no dict of arrays"
    for key, array in named.items():
        if not isinstance(key, str):
            return None, "its keys are no strings"
        if not is_array(array):
            return None, "it holds a %s beside arrays" % type(array).__name__
        if array.dtype.hasobject:
            return None, "an array in it holds Python objects"
    return named, None


def tensors_of(value):
    if not isinstance(value, dict) or not value:
        return None, "it is no dict of tensors"
    for key, tensor in value.items():
        if type(tensor).__module__.split(".")[0] != "torch" or not hasattr(tensor, "data_ptr"):
            return None, "it holds a %s beside tensors" % type(tensor).__name__
        if not isinstance(key, str):
            return None, "its keys are no strings"
    return value, None


def frame_of(value):
    if type(value).__name__ != "DataFrame":
        return None, "it is no DataFrame"
    if not all(isinstance(name, str) for name in value.columns):
        return None, "its columns have names that are no strings"
    return value, None


def anything(value):
    return value, None


def estimator_of(value):
    if not type(value).__module__.startswith("sklearn."):
        return None, "it is no estimator of scikit-learn"
    return value, None


def pickled(protocol):
    def save(value, path):
        import pickle

        with open(path, "wb") as file:
            pickle.dump(value, file, protocol=protocol)

    return save


def save_fast(value, path):
    import pickle

    with open(path, "wb") as file:
        pickler = pickle.Pickler(file, protocol=4)
        pickler.fast = True
        pickler.dump(value)


def load_pickle(path):
    import pickle

    with open(path, "rb") as file:
        return pickle.load(file)


def save_joblib(compress):
    def save(value, path):
        import joblib

        joblib.dump(value, path, compress=compress)

    return save


def load_joblib(**options):
    def load(path):
        import joblib

        return joblib.load(path, **options)

    return load


def save_npz(value, path):
    import numpy

    with open(path, "wb") as file:
        numpy.savez(file, **arrays_of(value)[0])


def load_npz(path):
    import numpy

    with numpy.load(path) as archive:
        return {name: archive[name] for name in archive}


def save_safetensors(value, path):
    named, why = tensors_of(value)
    if why is None:
        from safetensors.torch import save_file

        return save_file({name: tensor.contiguous() for name, tensor in named.items()}, path)
    from safetensors.numpy import save_file

    return save_file(arrays_of(value)[0], path)


def load_safetensors(path):
    from safetensors import safe_open

    with safe_open(path, framework="np") as file:
        framework = (file.metadata() or {}).get("format", "np")
    if framework == "pt" or "torch" in sys.modules:
        from safetensors.torch import load_file
    else:
        from safetensors.numpy import load_file
    return load_file(path)


def tensors_or_arrays(value):
    found, why = tensors_of(value)
    if why is None:
        return found, None
    found, other = arrays_of(value)
    return (found, None) if other is None else (None, "%s, and %s" % (why, other))


def save_hdf5(value, path):
    import h5py

    with h5py.File(path, "w") as file:
        for name, array in arrays_of(value)[0].items():
            file[name] = array


def load_hdf5(path):
    import h5py

    with h5py.File(path) as file:
        return read_datasets(file)


def save_torch(value, path):
    import torch

    torch.save(value, path)


def load_torch(**options):
    def load(path):
        import torch

        return torch.load(path, map_location="cpu", **options)

    return load


def save_skops(value, path):
    import skops.io

    skops.io.dump(value, path)


def load_skops(path):
    import skops.io

    return skops.io.load(path, trusted=skops.io.get_untrusted_types(file=path))


PLAIN = (str, bytes, bool, float, type(None))


def plain_of(value):
    """What MessagePack can hold: whatever else is in there, the first one is named."""
    left, seen = [value], set()
    while left:
        item = left.pop()
        if type(item) in (dict, list):
            if id(item) not in seen:
                seen.add(id(item))
                left.extend(item)
                left.extend(item.values() if type(item) is dict else ())
        elif type(item) is int:
            if not -(2**63) <= item < 2**64:
                return None, "it holds a whole number of more than 64 bits"
        elif type(item) not in PLAIN:
            return None, "it holds a %s" % type(item).__name__
    return value, None


def save_msgpack(value, path):
    import msgpack

    with open(path, "wb") as file:
        msgpack.pack(value, file)


def load_msgpack(path):
    import msgpack

    with open(path, "rb") as file:
        return msgpack.unpack(file, strict_map_key=False)


def save_parquet(value, path):
    value.to_parquet(path)


def load_parquet(path):
    import pandas

    return pandas.read_parquet(path)


def save_feather(value, path):
    value.to_feather(path)


def load_feather(path):
    import pandas

    return pandas.read_feather(path)


# name: what it is for, how it is saved and loaded, modules of the baseline
FORMATS = {
    "pickle4": (anything, pickled(4), load_pickle, ["pickle"]),
    "pickle5": (anything, pickled(5), load_pickle, ["pickle"]),
    "fast": (anything, save_fast, load_pickle, ["pickle"]),
    "parts": (parts_of, save_parts, load_parts, ["pickle"]),
    "joblib": (anything, save_joblib(0), load_joblib(), ["joblib", "numpy"]),
    "joblib-zlib": (anything, save_joblib(3), load_joblib(), ["joblib", "numpy"]),
    "joblib-mmap": (anything, save_joblib(0), load_joblib(mmap_mode="r"), ["joblib", "numpy"]),
    "npz": (arrays_of, save_npz, load_npz, ["numpy", "zipfile"]),
    "hdf5": (arrays_of, save_hdf5, load_hdf5, ["h5py", "numpy"]),
    "safetensors": (tensors_or_arrays, save_safetensors, load_safetensors, ["safetensors"]),
    "msgpack": (plain_of, save_msgpack, load_msgpack, ["msgpack"]),
    "torch": (tensors_of, save_torch, load_torch(), ["torch"]),
    "torch-mmap": (tensors_of, save_torch, load_torch(mmap=True), ["torch"]),
    "skops": (estimator_of, save_skops, load_skops, ["skops.io", "sklearn"]),
    "parquet": (frame_of, save_parquet, load_parquet, ["pandas", "pyarrow.parquet"]),
    "feather": (frame_of, save_feather, load_feather, ["pandas", "pyarrow.feather"]),
}


def load_source(spec):
    names, _ = imported(spec["imports"])
    main = sys.modules["__main__"].__dict__
    if spec["script"]:
        import runpy

        own = runpy.run_path(spec["script"], run_name="__mp_main__")
        for value in own.values():  # what it defines is found again as __main__'s, as in the file
            if getattr(value, "__module__", None) == "__mp_main__":
                value.__module__ = "__main__"
        main.update({name: value for name, value in own.items() if not name.startswith("__")})
    if "source" not in spec:
        return None
    return eval(spec["call"], dict(main, **names), {"path": spec["source"], "separator": spec["separator"]})


class Measure:
    def __enter__(self):
        gc.collect()
        reset_peak()
        self.before = status()
        self.began = time.process_time()
        return self

    def __exit__(self, *_):
        self.seconds = time.process_time() - self.began
        self.peak = max(0, status()["VmHWM"] - self.before["VmRSS"])
        gc.collect()
        after = status()
        self.resident = max(0, after["VmRSS"] - self.before["VmRSS"])
        self.file_backed = max(0, after["RssFile"] - self.before["RssFile"])


def step_applies(spec):
    """Format -> why it does not apply, '' where it does; all at once, so that the model is loaded once for it."""
    value = load_source(spec)
    return {"reasons": {name: reason_against(name, value) for name in FORMATS}}


def reason_against(name, value):
    applies, _, _, imports = FORMATS[name]
    _, why = applies(value)
    if why is not None:
        return why
    for module in imports:
        if importlib.util.find_spec(module.split(".")[0]) is None:
            return "%s is not installed" % module.split(".")[0]
    return ""


def step_save(spec):
    _, save, _, _ = FORMATS[spec["format"]]
    value = load_source(spec)
    with Measure() as measure:
        save(value, spec["target"])
    return {"bytes": os.path.getsize(spec["target"]), "savePeak": measure.peak, "saveSeconds": measure.seconds}


def step_load(spec):
    _, _, load, imports = FORMATS[spec["format"]]
    load_source({**{k: v for k, v in spec.items() if k != "source"}, "imports": spec["imports"] + imports})
    with Measure() as measure:
        value = load(spec["target"])
    del value
    return {
        "loadPeak": measure.peak,
        "resident": measure.resident,
        "fileBacked": measure.file_backed,
        "loadSeconds": measure.seconds,
    }


def step_compare(spec):
    applies, _, load, _ = FORMATS[spec["format"]]
    first = load_source(spec)
    second = load(spec["target"])
    if applies is arrays_of and is_array(first):
        first = {"array": first}
    return {"difference": difference_of(first, second, isinstance(first, dict))}


def difference_of(first, second, is_dict):
    frame, _ = frame_of(first)
    if frame is not None:
        return "" if first.equals(second) else "the frames are not equal"
    if is_dict and isinstance(second, dict) and tensors_or_arrays(first)[1] is None:
        return compare_blocks(first, second)
    return Comparison().compare(first, second) or ""


def compare_blocks(first, second):
    if set(first) != set(second):
        return "other names"
    for name, value in first.items():
        other = second[name]
        if str(value.dtype) != str(other.dtype) or tuple(value.shape) != tuple(other.shape):
            return "%s has another type or shape" % name
        if bytes_of(value) != bytes_of(other):
            return "%s has other values" % name
    shared = len({id(value) for value in first.values()})
    return "" if len({id(value) for value in second.values()}) == shared else "what was shared is copied"


def bytes_of(value):
    if hasattr(value, "detach"):
        import torch

        return value.detach().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
    return value.tobytes()


STEPS = {"applies": step_applies, "save": step_save, "load": step_load, "compare": step_compare}


def main():
    spec = json.loads(sys.argv[1])
    soft = status()["VmData"] + spec["limit"]
    resource.setrlimit(resource.RLIMIT_DATA, (soft, soft))
    try:
        answer = STEPS[spec["step"]](spec)
    except ImportError as error:
        answer = {"notApplicable": "%s" % error}
    except BaseException as error:
        answer = {"failure": ("%s: %s" % (type(error).__name__, error))[:300]}
    print("\n" + json.dumps(answer))


if __name__ == "__main__":
    main()
