"""Fit a linear regression, save it, load it again, and predict from a CSV file.

What to look for in the report:

* The imports alone: NumPy, pandas and scikit-learn hold memory before the first line of data.
* `make_regression` makes the data once, and needs more than that while it does.
* `fit` works on copies of X, so it is here that the peak lies, not where the data was made. The copies are gone when
  `fit` returns.
* The pickled model is a few kilobytes: what is fitted is small, what fitting needs is not.
* `read_csv` holds the text's numbers as columns, and `to_numpy` then holds them once more.

Change NUM_SAMPLES and NUM_FEATURES and see which lines grow with which of the two.
"""

import pickle
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import make_regression
from sklearn.linear_model import LinearRegression

NUM_SAMPLES = 60_000
NUM_FEATURES = 100
NUM_NEW_ROWS = 10_000


def make_data():
    X, y = make_regression(n_samples=NUM_SAMPLES, n_features=NUM_FEATURES, noise=5.0, random_state=0)
    return X, y


def train(X, y):
    model = LinearRegression()
    model.fit(X, y)
    return model


def save_model(model, path):
    with path.open("wb") as file:
        pickle.dump(model, file)


def load_model(path):
    with path.open("rb") as file:
        return pickle.load(file)


def write_new_rows(path):
    rng = np.random.default_rng(1)
    columns = [f"feature_{i}" for i in range(NUM_FEATURES)]
    frame = pd.DataFrame(rng.normal(size=(NUM_NEW_ROWS, NUM_FEATURES)), columns=columns)
    frame.to_csv(path, index=False, float_format="%.6f")


def predict_from_csv(model, path):
    frame = pd.read_csv(path)
    rows = frame.to_numpy()
    return model.predict(rows)


def main():
    with tempfile.TemporaryDirectory() as folder:
        model_path = Path(folder) / "model.pickle"
        csv_path = Path(folder) / "new_rows.csv"

        X, y = make_data()
        model = train(X, y)
        r2 = model.score(X, y)
        del X, y

        save_model(model, model_path)
        loaded = load_model(model_path)

        write_new_rows(csv_path)
        predictions = predict_from_csv(loaded, csv_path)

        print(
            f"R² {r2:.4f} on {NUM_SAMPLES} x {NUM_FEATURES}; model of {model_path.stat().st_size} bytes; "
            f"{len(predictions)} predictions, mean {predictions.mean():.3f}"
        )


if __name__ == "__main__":
    main()
