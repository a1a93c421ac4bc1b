"""Gradient boosting of xgboost and lightgbm: their pickles hold the model in the library's own form."""
import numpy as np
from cases import case

try:
    import xgboost
except ImportError:
    xgboost = None
try:
    import lightgbm
except ImportError:
    lightgbm = None


def data():
    rng = np.random.RandomState(3)
    return rng.rand(6000, 12), rng.randint(0, 3, 6000)


if xgboost:

    @case()
    def xgboost_classifier():
        return xgboost.XGBClassifier(n_estimators=300, max_depth=9, n_jobs=1).fit(*data())


if lightgbm:

    @case()
    def lightgbm_classifier():
        return lightgbm.LGBMClassifier(n_estimators=500, num_leaves=127, n_jobs=1, verbose=-1).fit(*data())
