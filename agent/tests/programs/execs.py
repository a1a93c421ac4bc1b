"""The process becomes another program, twice; an exec that fails is survived."""
import os
import sys

n = int(sys.argv[1]) if len(sys.argv) > 1 else 0
x = bytearray(4_000_000 + n)
print("image", n, flush=True)
if n == 0:
    try:
        os.execv("/nonexistent/program", ["x"])
    except FileNotFoundError:
        print("survived", flush=True)
    os.execv(sys.executable, [sys.executable, __file__, "1"])
if n == 1:
    os.execlp("sh", "sh", "-c", f"exec '{sys.executable}' '{__file__}' 2")
