"""Train a multi-layer perceptron, save it, load it again, and predict from a CSV file.

What to look for in the report:

* `fit` holds the weights several times over: the weights, their gradients, and two moments each for the Adam solver.
  The pickle carries the moments too, so the model that is loaded is larger than its weights.
* Early stopping puts a part of the rows aside, and that is a copy of X beside X.
* Memory is flat from the first epoch to the last: the buffers of a batch are made once.
* With 200 hidden units the weights grow with NUM_FEATURES, the data with NUM_SAMPLES x NUM_FEATURES.
"""

import pickle
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import make_regression
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor
from sklearn.preprocessing import StandardScaler

NUM_SAMPLES = 30_000
NUM_FEATURES = 120
NUM_NEW_ROWS = 8_000
HIDDEN_LAYERS = (200, 100)
NUM_EPOCHS = 5


def make_data():
    X, y = make_regression(n_samples=NUM_SAMPLES, n_features=NUM_FEATURES, noise=5.0, random_state=0)
    return X, y / y.std()


def train(X, y):
    scaler = StandardScaler()
    scaled = scaler.fit_transform(X)
    network = MLPRegressor(
        hidden_layer_sizes=HIDDEN_LAYERS,
        max_iter=NUM_EPOCHS,
        batch_size=256,
        early_stopping=True,
        random_state=0,
    )
    with warnings.catch_warnings():
        # A few epochs are enough to see the memory, and too few to converge.
        warnings.simplefilter("ignore", ConvergenceWarning)
        network.fit(scaled, y)
    return scaler, network


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
    scaler, network = model
    frame = pd.read_csv(path)
    rows = scaler.transform(frame.to_numpy())
    return network.predict(rows)


def main():
    with tempfile.TemporaryDirectory() as folder:
        model_path = Path(folder) / "model.pickle"
        csv_path = Path(folder) / "new_rows.csv"

        X, y = make_data()
        scaler, network = train(X, y)
        del X, y

        save_model((scaler, network), model_path)
        loaded = load_model(model_path)

        write_new_rows(csv_path)
        predictions = predict_from_csv(loaded, csv_path)

        print(
            f"loss {network.loss_:.4f} after {network.n_iter_} epochs; model of {model_path.stat().st_size} bytes; "
            f"{len(predictions)} predictions, mean {predictions.mean():.3f}"
        )


if __name__ == "__main__":
    main()
