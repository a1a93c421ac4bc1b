"""usage: tripwire.py LIBRARY: lets the agent prove what it reads, and then makes it sample while pymalloc takes and gives back
arenas, modules are imported, and objects die. Prints what the wire counted before that and after."""
import ctypes
import gc
import json
import sys

wire = ctypes.CDLL(sys.argv[1])
GETPID, ALL = {"x86_64": 39, "aarch64": 172}.get(__import__("platform").machine(), 39), -1


class Node:
    def __init__(self, n):
        self.me, self.data = self, [[n] for _ in range(20)]

    def __del__(self):
        self.data = [0] * 10


def churn(rounds):
    for _ in range(rounds):
        kept = [Node(i) for i in range(1000)]
        del kept
        gc.collect()


def prepare(depth):
    return prepare(depth - 1) if depth else churn(10)


prepare(5)
before = wire.wire_calls()
wire.wire_arm()
import decimal  # noqa: E402,F401
import email.message  # noqa: E402,F401
import xml.dom.minidom  # noqa: E402,F401

prepare(20)
print(json.dumps([before, wire.wire_calls(), wire.wire_system(GETPID), wire.wire_system(ALL)]))
