"""Makes millions of records under --exact: small objects that die young, and some that stay, on stacks of many depths.

usage: records.py COUNT FILE    touches FILE when the last is made, and waits to be killed
"""
import sys
import time


def stay(count):
    return [(i, str(i), [i]) for i in range(count)]


def pass_by(count):
    for i in range(count):
        _ = [str(i), {"key": i}]


def deep(depth, work):
    return work() if depth == 0 else deep(depth - 1, work)


def main(count, done):
    rounds = 10
    kept = []
    for number in range(rounds):
        kept.append(deep(5 * number, lambda: stay(count // 100)))
        pass_by(count // 100)
        if number % 3 == 2:
            kept.pop(0)
        for depth in range(40):
            deep(depth, lambda: pass_by(count // 500))
    open(done, "w").close()
    time.sleep(1000)


main(int(sys.argv[1]), sys.argv[2])
