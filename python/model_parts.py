"""A model in several pickles, one for each of its parts (the trees of a forest, the models of an ensemble), in one file.

What a loader's memo keeps until a pickle ends is then that of one part at a time. Objects that two parts share are two after that.

    pickle of {"attribute": name or None, "kind": "list", "tuple" or "array", "shape": of an array}
    pickle of the model without its parts
    pickle of a part, as many as there are
"""
import pickle

PROTOCOL = 4
LEAST = 2  # parts


def is_array(value):
    return type(value).__module__ == "numpy" and type(value).__name__ == "ndarray"


def is_object_array(value):
    return is_array(value) and value.dtype.hasobject and value.dtype.names is None


def parts_in(value):
    """The parts that a container holds: two or more instances of classes, of which each has parts of its own."""
    if type(value) not in (list, tuple) and not is_object_array(value):
        return None
    found = list(value.flat) if is_array(value) else list(value)
    return found if len(found) >= LEAST and all(hasattr(part, "__dict__") or hasattr(part, "__slots__") for part in found) else None


def find_parts(value):
    """(attribute or None, parts) or None: the container with the most parts, the model itself or one of its attributes."""
    own = parts_in(value)
    if own is not None:
        return None, own
    attributes = getattr(value, "__dict__", {})
    among = [(name, parts_in(held)) for name, held in attributes.items()]
    among = [(name, parts) for name, parts in among if parts is not None]
    return max(among, key=lambda one: len(one[1])) if among else None


def parts_of(value):
    if find_parts(value) is None:
        return None, "it is no list of models, and none of its attributes is"
    return value, None


def save_parts(value, path):
    attribute, parts = find_parts(value)
    held = value if attribute is None else value.__dict__[attribute]
    kind, shape = ("array", held.shape) if is_array(held) else (type(held).__name__, None)
    head = {"attribute": attribute, "kind": kind, "shape": shape}
    with open(path, "wb") as file:
        pickle.dump(head, file, protocol=PROTOCOL)
        if attribute is None:
            pickle.dump(None, file, protocol=PROTOCOL)
        else:
            value.__dict__[attribute] = None  # the process is ours, and ends after this
            try:
                pickle.dump(value, file, protocol=PROTOCOL)
            finally:
                value.__dict__[attribute] = held
        for part in parts:
            pickle.dump(part, file, protocol=PROTOCOL)


def load_parts(path):
    with open(path, "rb") as file:
        head = pickle.load(file)
        value = pickle.load(file)
        parts = []
        while True:
            try:
                parts.append(pickle.load(file))
            except EOFError:
                break
    held = container_of(head, parts)
    if head["attribute"] is None:
        return held
    value.__dict__[head["attribute"]] = held
    return value


def container_of(head, parts):
    if head["kind"] != "array":
        return tuple(parts) if head["kind"] == "tuple" else parts
    import numpy

    held = numpy.empty(len(parts), dtype=object)
    for i, part in enumerate(parts):
        held[i] = part
    return held.reshape(head["shape"])
