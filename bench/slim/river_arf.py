"""The case of a user of river whose model of 1.1 GB took ten times as much to load: an adaptive random forest."""
import random

from river import forest


def make(size):
    """`size` models, after 1000 samples of 200 features."""
    numbers = random.Random(3)
    names = ["x%d" % i for i in range(200)]
    model = forest.ARFClassifier(n_models=size, seed=7, leaf_prediction="nb")
    for _ in range(1000):
        row = {name: numbers.gauss(0, 1) for name in names}
        model.learn_one(row, sum(list(row.values())[:20]) > 0)
    return model


def predictions(model):
    numbers = random.Random(4)
    names = ["x%d" % i for i in range(200)]
    rows = [{name: numbers.gauss(0, 1) for name in names} for _ in range(200)]
    return [sorted(model.predict_proba_one(row).items()) for row in rows]
