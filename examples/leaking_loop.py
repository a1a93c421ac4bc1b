"""A service loop that leaks: each request is kept by a cache that never forgets.

What to look for in the report:

* Resident memory climbs by the same step for every batch, and never comes back.
* `decode` is where the bytes are allocated, but it is innocent: it returns them and lets go. The line to change is the
  one in `handle` that stores the result under a key that never repeats.
* The scratch buffers of `score` are just as large and allocated just as often, and hold nothing at the end: much
  allocated is not much kept.
"""

import hashlib
import time

NUM_BATCHES = 60
REQUESTS_PER_BATCH = 25
PAYLOAD_BYTES = 64 * 1024
SECONDS_BETWEEN_BATCHES = 0.02

decoded_by_request = {}


def receive(number):
    return number.to_bytes(8, "big") * (PAYLOAD_BYTES // 8)


def decode(payload):
    return bytearray(payload)


def score(decoded):
    scratch = bytearray(len(decoded))
    scratch[:] = decoded[::-1]
    return hashlib.sha256(scratch).digest()[0]


def handle(number):
    # The key was meant to be the content, of which there are few; it is the request, of which there is no end.
    key = f"request-{number}"
    if key not in decoded_by_request:
        decoded_by_request[key] = decode(receive(number % 16))
    return score(decoded_by_request[key])


def main():
    total = 0
    for batch in range(NUM_BATCHES):
        for i in range(REQUESTS_PER_BATCH):
            total += handle(batch * REQUESTS_PER_BATCH + i)
        time.sleep(SECONDS_BETWEEN_BATCHES)
    kept = sum(len(decoded) for decoded in decoded_by_request.values())
    print(f"score {total}; {len(decoded_by_request)} results kept, {kept / 2**20:.1f} MiB")


if __name__ == "__main__":
    main()
