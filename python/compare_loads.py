"""Loads a model file and its rewritten form, and compares the two objects: `highwater slim --verify load`.

Equal means: the same types, the same values down to the bits of floats, the same order, and whatever is one object in the first
is one in the second. Objects that can change must also not be one where they were several; equal strings, bytes, floats and
tuples of constants may be. Prints one line of JSON. Loading a pickle runs what it names: this is done only on the user's word.

    compare_loads.py [--loader pickle|pure|joblib] [--memory BYTES] FIRST SECOND [FIRST SECOND ...]
"""
import json
import os
import sys

from object_parts import CONSTANTS, MISSING, bits, is_array, is_constant, numbers_of, order, own_dict, slot, slots_of, solid_base

CONTAINERS = (list, tuple, dict, set, frozenset, bytearray)
MERGEABLE = (str, bytes, float)


class Difference(Exception):
    pass


class Comparison:
    def __init__(self):
        self.forward = {}  # id of the first -> id of the second
        self.backward = {}
        self.kept = []  # temporaries, so that no id is used twice
        self.objects = 0
        self.opaque = {}
        self.tasks = []

    def compare(self, first, second):
        self.tasks.append((first, second, ("", None)))
        while self.tasks:
            a, b, path = self.tasks.pop()
            try:
                self.pair(a, b, path)
            except Difference as difference:
                return "%s: %s" % (spell(path), difference)
        return None

    def pair(self, a, b, path):
        if a is b:
            return
        if type(a) is not type(b):
            raise Difference("a %s became a %s" % (type(a).__name__, type(b).__name__))
        kind = type(a)
        if kind in CONSTANTS:
            if bits(a) != bits(b):
                raise Difference("%.60r became %.60r" % (a, b))
            if kind in MERGEABLE:
                self.same_object(a, b, mergeable=a == a)  # containers take one NaN for equal to itself
            return
        if self.same_object(a, b, mergeable=kind is tuple and is_constant(a)):
            return
        self.objects += 1
        if isinstance(a, (type(len), type(Comparison), type(Comparison.pair))):
            raise Difference("%r became %r" % (a, b))
        self.descend(a, b, path)

    def same_object(self, a, b, mergeable):
        """True where the two have been compared before."""
        seen = self.forward.get(id(a))
        if seen is not None and seen != id(b):
            raise Difference("one %s became several" % type(a).__name__)
        if not mergeable:
            back = self.backward.get(id(b))
            if back is not None and back != id(a):
                raise Difference("several objects of %s became one" % type(a).__name__)
            self.backward[id(b)] = id(a)
        self.forward[id(a)] = id(b)
        return seen is not None

    def descend(self, a, b, path):
        solid = solid_base(type(a))
        if is_array(type(a)):
            self.arrays(a, b, path)
        elif solid is object or solid in CONTAINERS or solid in CONSTANTS or solid.__name__ == "OrderedDict":
            self.contents(a, b, path, solid)
            self.attributes(a, b, path)
        else:
            self.reductions(a, b, path)

    def contents(self, a, b, path, solid):
        if solid in CONSTANTS:
            if bits(solid.__new__(solid, a) if solid is not float else float(a)) != bits(solid.__new__(solid, b) if solid is not float else float(b)):
                raise Difference("%.60r became %.60r" % (a, b))
        elif solid is bytearray:
            if bytes(a) != bytes(b):
                raise Difference("the bytes differ")
        elif solid in (list, tuple):
            self.sequences(list(solid.__iter__(a)), list(solid.__iter__(b)), path, "[%d]")
        elif solid in (set, frozenset):
            self.sets(list(solid.__iter__(a)), list(solid.__iter__(b)), path)
        elif issubclass(solid, dict):
            self.mappings(list(dict.items(a)), list(dict.items(b)), path)

    def sequences(self, a, b, path, label):
        if len(a) != len(b):
            raise Difference("%d items became %d" % (len(a), len(b)))
        for i in range(len(a) - 1, -1, -1):
            self.tasks.append((a[i], b[i], (label % i, path)))

    def mappings(self, a, b, path):
        if len(a) != len(b):
            raise Difference("%d entries became %d" % (len(a), len(b)))
        for (key, value), (other_key, other) in zip(reversed(a), reversed(b)):
            self.tasks.append((value, other, ("[%.40r]" % (key,) if type(key) in CONSTANTS else "[...]", path)))
            self.tasks.append((key, other_key, (".key", path)))

    def sets(self, a, b, path):
        if len(a) != len(b):
            raise Difference("%d members became %d" % (len(a), len(b)))
        self.sequences(sorted(filter(is_constant, a), key=order), sorted(filter(is_constant, b), key=order), path, "{%d}")
        rest, other = [x for x in a if not is_constant(x)], [x for x in b if not is_constant(x)]
        if len(rest) == len(other) == 1:
            self.tasks.append((rest[0], other[0], ("{}", path)))
        elif rest:
            self.opaque["members of sets that are objects"] = self.opaque.get("members of sets that are objects", 0) + len(rest)

    def attributes(self, a, b, path):
        for name in slots_of(type(a)):
            here, there = slot(a, name), slot(b, name)
            if (here is MISSING) != (there is MISSING):
                raise Difference("the attribute %s is set in one only" % name)
            self.tasks.append((here, there, ("." + name, path)))
        mine, others = own_dict(a), own_dict(b)
        if mine is not None and others is not None:
            self.mappings(list(mine.items()), list(others.items()), path)

    def arrays(self, a, b, path):
        if str(a.dtype) != str(b.dtype) or a.shape != b.shape or getattr(a, "strides", 0) != getattr(b, "strides", 0):
            raise Difference("an array of another type or shape")
        if a.dtype.hasobject:
            if getattr(a, "ndim", 0) == 0:
                self.tasks.append((a.item(), b.item(), ("[()]", path)))
                return
            first, second = list(a.flat), list(b.flat)
            self.kept += [first, second]
            self.sequences(first, second, path, ".flat[%d]")
        elif numbers_of(a) != numbers_of(b):
            raise Difference("the bytes of the array differ")
        if hasattr(a, "flags") and a.flags.writeable != b.flags.writeable:
            raise Difference("the array is writeable in one only")
        if own_dict(a) is not None and own_dict(b) is not None:
            self.mappings(list(a.__dict__.items()), list(b.__dict__.items()), path)

    def reductions(self, a, b, path):
        """What the object says of itself to a pickler."""
        try:
            mine, others = a.__reduce_ex__(4), b.__reduce_ex__(4)
        except Exception as error:
            name = "%s.%s" % (type(a).__module__, type(a).__qualname__)
            self.opaque[name] = self.opaque.get(name, 0) + 1
            return
        if isinstance(mine, str) or isinstance(others, str):
            if mine != others:
                raise Difference("%r became %r" % (mine, others))
            return
        mine = [list(part) if i in (3, 4) and part is not None else part for i, part in enumerate(mine)]
        others = [list(part) if i in (3, 4) and part is not None else part for i, part in enumerate(others)]
        self.kept += [mine, others]
        self.sequences(mine, others, path, ".__reduce_ex__(4)[%d]")


def spell(path):
    parts = []
    while path is not None:
        parts.append(path[0])
        path = path[1]
    return "root" + "".join(reversed(parts))


def load(path, loader):
    if loader == "joblib":
        import joblib

        return joblib.load(path)
    import pickle

    with open(path, "rb") as file:
        unpickler = (pickle._Unpickler if loader == "pure" else pickle.Unpickler)
        values = [unpickler(file).load()]
        end = os.fstat(file.fileno()).st_size
        while loader == "pickle" and file.tell() < end:
            values.append(unpickler(file).load())
    return values


def verdict(first, second, loader):
    try:
        before = load(first, loader)
    except MemoryError:
        return {"loaded": False, "which": "first", "error": "MemoryError: not within the limit"}
    except BaseException as error:
        return {"loaded": False, "which": "first", "error": "%s: %s" % (type(error).__name__, error)}
    try:
        after = load(second, loader)
    except BaseException as error:
        return {"loaded": False, "which": "second", "error": "%s: %s" % (type(error).__name__, error)}
    comparison = Comparison()
    difference = comparison.compare(before, after)
    return {"loaded": True, "equal": difference is None, "difference": difference, "objects": comparison.objects, "opaque": comparison.opaque}


def main():
    words = sys.argv[1:]
    loader, files = "pickle", []
    sys.path[0] = os.environ.get("HIGHWATER_FOLDER", os.getcwd())
    while words:
        word = words.pop(0)
        if word == "--loader":
            loader = words.pop(0)
        elif word == "--memory":
            import resource

            limit = int(words.pop(0))
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        else:
            files.append(word)
    out = os.fdopen(os.dup(1), "w")  # what the model prints while it is loaded goes to stderr
    os.dup2(2, 1)
    for first, second in zip(files[::2], files[1::2]):
        out.write(json.dumps(verdict(first, second, loader)) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
