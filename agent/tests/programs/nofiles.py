"""No descriptor is left for a while; then there are some again."""
import os
import resource

resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
x = [str(i) for i in range(50000)]
held = []
try:
    while True:
        held.append(os.dup(0))
except OSError:
    pass
for _ in range(30):
    x = [str(i) for i in range(50000)]
for fd in held:
    os.close(fd)
last = [bytearray(700_000 + i) for i in range(40)]
for _ in range(30):
    x = [str(i) for i in range(50000)]
print(len(x), len(held) > 20)
