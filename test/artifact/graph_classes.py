"""Classes of the random graphs: every way in which an object can say how it is pickled."""
import collections
import enum


class Plain:
    class Inner:
        pass


class Other:
    pass


class WithClassAttributes:
    name = "class"
    value = 7


class Slotted:
    __slots__ = ("left", "right")


class SlottedAndDict(Slotted):
    __slots__ = ("third", "__dict__")


class SetState:
    def __getstate__(self):
        return ("state", self.__dict__.get("inner"), 1.5)

    def __setstate__(self, state):
        assert state[0] == "state" and state[2] == 1.5
        self.inner = state[1]


class OddState:
    """A state that is no dict and no tuple."""

    def __getstate__(self):
        return [self.__dict__.get("inner"), "odd"]

    def __setstate__(self, state):
        self.inner, self.word = state


class TrueState:
    """Keeps its state as it got it."""

    def __getstate__(self):
        return {"inner": self.__dict__.get("inner"), "kept": True}

    def __setstate__(self, state):
        self.state = state
        self.inner = state["inner"]


class Reduced(list):
    """A constructor with arguments, a state, items of a list and items of a dict."""

    def __init__(self, first, second):
        super().__init__()
        self.first, self.second, self.table = first, second, {}

    def __setitem__(self, key, value):
        if isinstance(key, str):
            self.table[key] = value
        else:
            super().__setitem__(key, value)

    def __reduce__(self):
        state = {"extra": self.__dict__.get("extra")}
        return Reduced, (self.first, self.second), state, iter(list(self)), iter(list(self.table.items()))


class NeedsKeyword:
    def __new__(cls, first, *, size):
        self = super().__new__(cls)
        self.first, self.size = first, size
        return self

    def __getnewargs_ex__(self):
        return (self.first,), {"size": self.size}


class ListChild(list):
    pass


class DictChild(dict):
    pass


class TextChild(str):
    pass


class FloatChild(float):
    pass


class TupleChild(tuple):
    pass


Pair = collections.namedtuple("Pair", "left right")


class Colour(enum.Enum):
    RED = 1
    BLUE = "blue"


def function():
    return None
