"""Whether setting attributes one by one is the same as writing them into an instance's __dict__: `highwater slim --slot-state`.

Reads from stdin, as JSON, [{"module": ..., "name": ..., "attributes": [...]}, ...] and writes a list of as many answers: "" where
it is the same, else one clause that says why not. Imports the modules: this is done only on the user's word.
"""
import importlib
import json
import os
import sys


def find_trouble(module, name, attributes):
    try:
        value = importlib.import_module(module)
        for part in name.split("."):
            value = getattr(value, part)
    except BaseException as error:
        return "it cannot be imported (%s: %s)" % (type(error).__name__, str(error)[:200])
    if not isinstance(value, type):
        return "it is no class"
    if not value.__dictoffset__:
        return "its instances have no __dict__"
    if hasattr(value, "__setstate__"):
        return "it has a __setstate__"
    if value.__setattr__ is not object.__setattr__:
        return "it has a __setattr__"
    if any("__getattribute__" in vars(base) for base in value.__mro__[:-1] if base.__module__ != "builtins"):
        return "it has a __getattribute__"
    for attribute in attributes:
        for base in value.__mro__:
            if attribute in vars(base):
                found = vars(base)[attribute]
                if hasattr(type(found), "__set__") or hasattr(type(found), "__delete__"):
                    return "%s is a %s" % (attribute, type(found).__name__)
                break
    return ""


def main():
    sys.path[0] = os.environ.get("HIGHWATER_FOLDER", os.getcwd())
    out = os.fdopen(os.dup(1), "w")  # what a module prints while it is imported goes to stderr
    os.dup2(2, 1)
    questions = json.load(sys.stdin)
    answers = [find_trouble(question["module"], question["name"], question["attributes"]) for question in questions]
    json.dump(answers, out)
    out.flush()


if __name__ == "__main__":
    main()
