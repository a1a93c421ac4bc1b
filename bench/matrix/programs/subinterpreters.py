"""Interpreters one after another and two at a time, where that version is made for it."""
import sys
import threading

try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters

SOURCE = "import random\ndice = random.Random({seed})\nkept = [bytes(dice.randrange(900)) for _ in range(2000)]\nassert sum(map(len, kept)) > 0"


def one(seed):
    sub = interpreters.create()
    failed = interpreters.run_string(sub, SOURCE.format(seed=seed))
    interpreters.destroy(sub)
    outcomes.append(failed is None)


outcomes = []
seed = int(sys.argv[1])
for i in range(2):
    one(seed + i)
if sys.version_info >= (3, 10):
    # Up to 3.11 they share one GIL and are not made to begin at the same moment.
    threads = [threading.Thread(target=one, args=(seed + i,)) for i in range(2)]
    for thread in threads:
        thread.start()
        if sys.version_info < (3, 12):
            thread.join()
    for thread in threads:
        thread.join()
print(outcomes)
