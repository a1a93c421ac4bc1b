"""128 threads of Python, each of which holds 0.9 MB while all the others do."""

import threading

from known import tell

COUNT, SIZE = 128, 900_000
all_hold = threading.Barrier(COUNT + 1)
end = threading.Event()


def hold():
    block = bytearray(b"x") * SIZE  # [block]
    all_hold.wait()
    end.wait()
    del block


threads = [threading.Thread(target=hold) for _ in range(COUNT)]
for thread in threads:
    thread.start()
all_hold.wait()
tell(held={"block": COUNT * SIZE})
end.set()
for thread in threads:
    thread.join()
print("all ended")
