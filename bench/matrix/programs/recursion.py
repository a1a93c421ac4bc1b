"""Calls as deep as the limit lets them go, through Python and through C; how deep that is must not change."""
import random
import sys
import threading

dice = random.Random(int(sys.argv[1]))
reached = 0


def down(n):
    global reached
    reached = n
    block = [n] * (n % 30)
    return down(n + 1) + len(block)


def through_c(n):
    global reached
    reached = n
    return max([n], key=lambda m: through_c(m + 1))


def bounded(n):
    block = bytes(n % 600)
    return bounded(n - 1) + len(block) if n else 0


def run():
    for function in (down, through_c, down):
        try:
            function(0)
        except RecursionError:
            print(function.__name__, reached)
    sys.setrecursionlimit(6000)
    print(bounded(4000 + dice.randrange(1000)))


threading.stack_size(256 << 20)
thread = threading.Thread(target=run)
thread.start()
thread.join()
