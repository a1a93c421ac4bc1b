"""What an object consists of, found without running code of its class."""
import struct

CONSTANTS = (str, bytes, float, int, complex, bool, type(None), type(Ellipsis))
HEAP_TYPE = 1 << 9
MISSING = type("Missing", (), {})


def bits(value):
    if type(value) is float:
        return struct.pack("<d", value)
    if type(value) is complex:
        return struct.pack("<dd", value.real, value.imag)
    return value


def is_array(kind):
    """By its classes: asking an object for attributes may change what it keeps."""
    return any(base.__module__ == "numpy" and base.__name__ in ("ndarray", "generic") for base in kind.__mro__)


def numbers_of(array):
    """The bytes of an array without those between the fields of a record, which nobody sets."""
    if array.dtype.names is None:
        return array.tobytes()
    return [numbers_of(array[name]) for name in array.dtype.names]


def is_constant(value):
    """With a stack of its own: tuples may be nested deeper than Python recurses."""
    left = [value]
    seen = set()
    while left:
        item = left.pop()
        if type(item) is tuple:
            if id(item) not in seen:
                seen.add(id(item))
                left.extend(item)
        elif type(item) not in CONSTANTS:
            return False
    return True


def order(value):
    return (type(value).__name__, repr(value))


def is_python_class(kind):
    if not kind.__flags__ & HEAP_TYPE:
        return False
    names = kind.__dict__
    return "__slots__" in names or "__dict__" in names or "__weakref__" in names or any(is_python_class(b) for b in kind.__bases__)


def solid_base(kind):
    """The nearest class that is not written in Python: it says how the contents are held."""
    for base in kind.__mro__:
        if not is_python_class(base) and base is not object:
            return base
    return object


def slots_of(kind):
    names = []
    for base in kind.__mro__:
        own = base.__dict__.get("__slots__", ()) if is_python_class(base) else ()
        for name in (own,) if isinstance(own, str) else own:
            if name in ("__dict__", "__weakref__"):
                continue
            if name.startswith("__") and not name.endswith("__"):
                name = "_%s%s" % (base.__name__.lstrip("_"), name)
            names.append(name)
    return names


def slot(value, name):
    try:
        return object.__getattribute__(value, name)
    except AttributeError:
        return MISSING


def own_dict(value):
    try:
        found = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return None
    return found if type(found) is dict else None
