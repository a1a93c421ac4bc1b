"""Eight threads that churn, hand blocks to each other, and come and go."""
import queue
import threading

q = queue.Queue(100)
total = [0] * 8


def worker(k):
    kept = []
    for i in range(15000):
        kept.append([k, i] * 5)
        if len(kept) > 200:
            q.put(kept.pop(0)) if i % 50 == 0 and not q.full() else kept.clear()
        if i % 60 == 0 and not q.empty():
            try:
                total[k] += len(q.get_nowait()) * 0
            except queue.Empty:
                pass
    total[k] += 1


def brief():
    bytearray(10000)


threads = [threading.Thread(target=worker, args=(k,), name=f"w{k}") for k in range(8)]
for t in threads:
    t.start()
for _ in range(200):
    t = threading.Thread(target=brief)
    t.start()
    t.join()
for t in threads:
    t.join()
print(sum(total))
