"""What scripts that measure a load have in common: the imports before it, and the kernel's figures. Its name is one that no module of a
user's has."""
import importlib
import sys


def status():
    """Sizes of /proc/self/status in bytes, by name."""
    words = [line.split() for line in open("/proc/self/status")]
    return {word[0][:-1]: int(word[1]) * 1024 for word in words if len(word) == 3 and word[2] == "kB"}


def reset_peak():
    """Sets VmHWM back to what is resident now, where the kernel allows it."""
    try:
        open("/proc/self/clear_refs", "w").write("5")
    except OSError:
        pass


def imported(names):
    """The outermost modules of these, by name, and name -> error of those that are not there: a module of the user's own may be missing,
    and the load itself then says so."""
    found, missing = {}, {}
    for name in names:
        try:
            importlib.import_module(name)
            found[name.split(".")[0]] = sys.modules[name.split(".")[0]]
        except ImportError as error:
            missing[name] = error
    return found, missing


def read_datasets(file):
    """All datasets of an h5py.File; the call that loads an HDF5 source names it."""
    found = {}
    file.visititems(lambda name, item: found.__setitem__(name, item[()]) if hasattr(item, "shape") else None)
    return found
