"""multiprocessing's spawn: new interpreters that come by exec, with arguments and results that are pickled."""
import multiprocessing
import random
import sys


def work(seed, connection):
    dice = random.Random(seed)
    kept = [bytes(dice.randrange(900)) for _ in range(3000)]
    connection.send(sum(map(len, kept)))
    connection.close()


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    children = []
    for i in range(2):
        ours, theirs = context.Pipe()
        child = context.Process(target=work, args=(int(sys.argv[1]) + i, theirs))
        child.start()
        theirs.close()
        children.append((child, ours))
    print([connection.recv() for _, connection in children])
    for child, _ in children:
        child.join()
    print([child.exitcode for child, _ in children])
