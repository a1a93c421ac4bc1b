"""A whole training with scikit-learn: a table is split, random forests of a few depths are fitted on one core and judged, the
best is saved with pickle, loaded again, and predicts.

usage: sklearn_forest_training.py [SIZE]      1 is the whole job, 0 only what is needed to start
"""

import pickle
import sys

from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split

NUM_SAMPLES = 6_000
NUM_FEATURES = 20
NUM_TREES = 170
DEPTHS = (None, 6, 12)


def main():
    size = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    if size == 0:
        return
    x, y = make_classification(NUM_SAMPLES, NUM_FEATURES, n_informative=8, random_state=0)
    x, held_x, y, held_y = train_test_split(x, y, test_size=0.5, random_state=0)
    trees = max(1, round(NUM_TREES * size))
    scores = {}
    for depth in DEPTHS:
        forest = RandomForestClassifier(trees, max_depth=depth, n_jobs=1, random_state=0).fit(x, y)
        score = float(f1_score(held_y, forest.predict(held_x)))
        scores[score] = pickle.dumps(forest)
    best = max(scores)
    again = pickle.loads(scores[best])
    rounds = max(1, round(8 * size))
    right = sum(int((again.predict(held_x) == held_y).sum()) for _ in range(rounds))
    print(" ".join(f"{score:.4f}" for score in scores), right)


if __name__ == "__main__":
    main()
