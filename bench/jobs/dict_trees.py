"""Dict trees: nested settings, as from YAML files of many services, are made, laid over one another, flattened to dotted paths
and built up again. Dictionaries and strings of all sizes, kept for a while in trees, dropped a tree at a time.

usage: dict_trees.py [SIZE]      1 is the whole job, 0 only what is needed to start
"""

import sys

ROUNDS = 720
SERVICES = 8
BRANCHES = 6
DEPTH = 4
KEPT = 12


def make_tree(depth, seed):
    if depth == 0:
        return {"value": seed * 37 % 1001, "unit": "MiB" if seed % 2 else "s", "note": f"setting {seed % 211}"}
    return {f"part-{i}" if i % 2 else f"{depth}.{i}": make_tree(depth - 1, seed * BRANCHES + i) for i in range(BRANCHES)}


def overlay(below, above):
    """A new tree: what stands in `above` wins, as far down as both are trees."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = overlay(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def flatten(tree, prefix=""):
    paths = {}
    for key, value in tree.items():
        path = f"{prefix}/{key}"
        if isinstance(value, dict):
            paths.update(flatten(value, path))
        else:
            paths[path] = value
    return paths


def unflatten(paths):
    tree = {}
    for path, value in paths.items():
        *folders, leaf = path.split("/")[1:]
        node = tree
        for folder in folders:
            node = node.setdefault(folder, {})
        node[leaf] = value
    return tree


def run_round(number, defaults, kept):
    own = make_tree(DEPTH - 1, number)
    service = f"part-{1 + number % SERVICES}"
    merged = overlay(defaults, {service: own})
    paths = flatten(merged)
    again = unflatten({path: value for path, value in paths.items() if not path.endswith("note")})
    kept[number % KEPT] = again
    return len(paths) + sum(leaf for path, leaf in flatten(again).items() if path.endswith("value"))


def main():
    size = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    defaults = make_tree(DEPTH, 1) if size > 0 else {}
    kept = {}
    print(sum(run_round(number, defaults, kept) for number in range(round(ROUNDS * size))), len(kept))


if __name__ == "__main__":
    main()
