"""Models of the real river, trained on a made-up stream."""
import random

from cases import case
from river import ensemble, forest, linear_model, preprocessing, tree


def learn(model, rows, features):
    rng = random.Random(3)
    for _ in range(rows):
        x = {"x%d" % j: rng.random() for j in range(features)}
        model.learn_one(x, sum(x.values()) > features / 2)
    return model


@case()
def river_forest():
    """The model of the issue that began it: adaptive random forest, its features many."""
    return learn(forest.ARFClassifier(n_models=10, max_features=None, seed=1, drift_detector=None, warning_detector=None), 150, 300)


@case()
def river_hoeffding_tree():
    return learn(tree.HoeffdingTreeClassifier(grace_period=30, delta=0.5), 400, 600)


@case()
def river_bagging():
    return learn(ensemble.BaggingClassifier(preprocessing.StandardScaler() | linear_model.LogisticRegression(), n_models=120, seed=1), 8, 800)
