"""JSON round trips: documents of nested objects to text, to bytes, back to objects, compared. The C code of `json` makes the
objects; texts of some hundred kilobytes and many small objects come and go.

usage: json_round_trip.py [SIZE]      1 is the whole job, 0 only what is needed to start
"""

import json
import sys

ROUNDS = 220
DOCUMENTS = 600


def make_document(number):
    return {
        "id": number,
        "user": {"name": f"user {number}", "mail": f"user{number}@example.org", "active": number % 3 == 0},
        "scores": [round(number * 0.37 + i / 7, 4) for i in range(20)],
        "tags": [f"tag-{(number + i) % 40}" for i in range(6)],
        "events": [{"at": 1_700_000_000 + i * 60, "kind": "view", "page": f"/item/{number}/{i}"} for i in range(8)],
        "note": "Zoë wrote: \"fine\"\n" * 3,
    }


def round_trip(documents):
    text = json.dumps(documents)
    data = text.encode("utf-8")
    again = json.loads(data)
    lines = [json.dumps(document, ensure_ascii=False) for document in again]
    parsed = [json.loads(line) for line in lines]
    if parsed != documents:
        raise SystemExit("the round trip changed a document")
    return len(data) + sum(map(len, lines))


def main():
    size = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    documents = [make_document(i) for i in range(DOCUMENTS)]
    print(sum(round_trip(documents) for _ in range(round(ROUNDS * size))))


if __name__ == "__main__":
    main()
