"""Loads pickles and writes down what was imported by name and how many objects are alive: one JSON line a file."""
import json
import os
import pickle
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))


class Recorder(pickle.Unpickler):
    def __init__(self, file):
        super().__init__(file)
        self.seen = set()

    def find_class(self, module, name):
        self.seen.add((module, name))
        return super().find_class(module, name)


for path in sys.argv[1:]:
    with open(path, "rb") as file:
        recorder = Recorder(file)
        value = recorder.load()
        rest = len(file.read())
    print(json.dumps({"globals": sorted("%s.%s" % pair for pair in recorder.seen), "type": type(value).__name__, "rest": rest}))
