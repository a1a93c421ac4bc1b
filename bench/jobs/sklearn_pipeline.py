"""scikit-learn: scaling, principal components and a logistic regression as one pipeline, cross-validated for a few settings;
then the best one is judged on what was set aside.

usage: sklearn_pipeline.py [SIZE]      1 is the whole job, 0 only what is needed to start
"""

import sys

from sklearn.datasets import make_classification
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

NUM_SAMPLES = 8_000
NUM_FEATURES = 60
SETTINGS = [(components, c) for components in (10, 20, 40) for c in (0.01, 0.1, 1.0, 10.0)]
FOLDS = 5
REPEATS = 5


def make_model(components, c):
    return make_pipeline(StandardScaler(), PCA(components, random_state=0), LogisticRegression(C=c, max_iter=300))


def main():
    size = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    if size == 0:
        return
    x, y = make_classification(NUM_SAMPLES, NUM_FEATURES, n_informative=25, n_classes=4, random_state=0)
    x, held_x, y, held_y = train_test_split(x, y, test_size=0.25, random_state=0)
    scores = {}
    for number in range(max(1, round(REPEATS * len(SETTINGS) * size))):
        setting = SETTINGS[number % len(SETTINGS)]
        scores[setting] = cross_val_score(make_model(*setting), x, y, cv=FOLDS).mean()
    best = max(scores, key=scores.get)
    model = make_model(*best).fit(x, y)
    print(best, f"{scores[best]:.4f} {model.score(held_x, held_y):.4f} {log_loss(held_y, model.predict_proba(held_x)):.4f}")


if __name__ == "__main__":
    main()
