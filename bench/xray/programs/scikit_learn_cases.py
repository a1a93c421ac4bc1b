"""Models of scikit-learn on made-up data, as they come out of fit."""
import numpy as np
from cases import case
from sklearn.ensemble import ExtraTreesRegressor, GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def data(rows, features, classes=2):
    rng = np.random.RandomState(3)
    return rng.rand(rows, features), rng.randint(0, classes, rows)


@case()
def random_forest():
    return RandomForestClassifier(n_estimators=40, random_state=1, n_jobs=1).fit(*data(8000, 10))


@case(protocol=5)
def random_forest_protocol_5():
    return RandomForestClassifier(n_estimators=40, random_state=1).fit(*data(8000, 10, 5))


@case(how="optimized")
def random_forest_optimized():
    return RandomForestClassifier(n_estimators=40, random_state=1).fit(*data(8000, 10))


@case()
def many_small_trees():
    return ExtraTreesRegressor(n_estimators=1500, max_depth=6, random_state=1).fit(*data(400, 6))


@case()
def gradient_boosting():
    x, y = data(3000, 6, 4)
    return GradientBoostingClassifier(n_estimators=400, max_depth=6, random_state=1, subsample=0.3).fit(x, y)


@case()
def histogram_boosting():
    return HistGradientBoostingClassifier(max_iter=800, max_leaf_nodes=127, min_samples_leaf=4, early_stopping=False).fit(*data(6000, 10))


@case()
def perceptron():
    x, _ = data(60, 1500)
    return MLPRegressor(hidden_layer_sizes=(1500, 600), max_iter=1).fit(x, x[:, 0])


@case()
def linear_model():
    rng = np.random.RandomState(3)
    return Ridge(solver="lsqr", max_iter=2).fit(rng.rand(40, 60000), rng.rand(40, 60))


@case()
def neighbours():
    return KNeighborsClassifier(algorithm="kd_tree").fit(*data(200000, 20))


@case()
def text_pipeline():
    rng = np.random.RandomState(3)
    words = ["w%d" % i for i in range(150000)]
    texts = [" ".join(words[j] for j in rng.randint(0, len(words), 60)) for _ in range(6000)]
    model = make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=2, solver="liblinear"))
    return model.fit(texts, rng.randint(0, 2, len(texts)))


@case()
def scaled_bayes():
    x, y = data(400, 20000, 60)
    return make_pipeline(StandardScaler(), GaussianNB()).fit(x, y)
