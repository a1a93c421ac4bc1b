"""Allocates a block of its own size in many kinds of frames, and prints, as Python itself
sees them, the frames of each: [size, [[name, line], ...]] outermost first."""
import json
import sys

size = 5_000_000
seen = []


class Size:
    """A number that bytearray() asks for on the very line on which it then allocates."""

    def __index__(self):
        global size
        size += 10_007
        frames = []
        frame = sys._getframe(1)
        while frame is not None:
            code = frame.f_code
            frames.append([code.co_filename, getattr(code, "co_qualname", code.co_name), frame.f_lineno])
            frame = frame.f_back
        seen.append([size, frames[::-1]])
        return size - 1


def here():
    return Size()


def plain():
    return bytearray(here())


def multi_line():
    return [
        1,
        bytearray(
            here()
        ),
        2,
    ]


def generator():
    yield bytearray(here())
    x = yield bytearray(here())
    yield from inner(x)


def inner(_):
    yield bytearray(here())


class Thing:
    def __init__(self):
        self.block = bytearray(here())

    @property
    def prop(self):
        return bytearray(here())

    def __del__(self):
        bytearray(here())

    def __add__(self, other):
        return bytearray(here())


class Méta(type):
    def __call__(cls):
        bytearray(here())
        return super().__call__()


class Größe(metaclass=Méta):
    def __init__(self):
        bytearray(here())


def 函数():
    try:
        raise ValueError
    except ValueError:
        return bytearray(here())
    finally:
        bytearray(here())


def recursive(n):
    if n == 0:
        return bytearray(here())
    return recursive(n - 1)


async def coroutine():
    bytearray(here())
    return await deeper()


async def deeper():
    return bytearray(here())


def drive(c):
    try:
        c.send(None)
    except StopIteration as stop:
        return stop.value


def tracer(frame, event, argument):
    return tracer


if "traced" in sys.argv:
    sys.settrace(tracer)
kept = [plain(), multi_line()]
kept.append(list(generator()))
t = Thing()
kept.append([t.prop, t + 1])
del t
Größe()
函数()
recursive(50)
kept.append(list(map(lambda _: bytearray(here()), range(2))))
kept.append([bytearray(here()) for _ in range(2)])
kept.append({k: bytearray(here()) for k in range(2)})
kept.append(sorted([1, 2], key=lambda _: len(bytearray(here()))))
drive(coroutine())
exec(compile("\n\ndef made():\n    return bytearray(here())\n\nmade()", "<träumt>", "exec"))
for n in range(3):
    if n:
        bytearray(here())
    else:
        bytearray(
            here())
print(json.dumps(seen))
