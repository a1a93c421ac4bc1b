"""Two hundred threads that live as long as it takes to allocate a little; what each leaves, another frees."""
import random
import sys
import threading

dice = random.Random(int(sys.argv[1]))
left = {}


def brief(name, size):
    local = threading.local()
    local.kept = [[name] * 5 for _ in range(20)]
    left[name] = bytearray(size)
    left.pop(name - 7, None)


for turn in range(50):
    threads = [threading.Thread(target=brief, args=(turn * 4 + i, dice.randrange(20_000))) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print(sorted(left)[-4:], len(left) <= 200)
