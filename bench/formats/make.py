"""Writes files of about 50 to 150 MB in every format, for bench/formats.ts: make.py FOLDER. Prints what it skipped and why."""
import os
import random
import sys

FOLDER = sys.argv[1]
os.makedirs(FOLDER, exist_ok=True)
path = lambda name: os.path.join(FOLDER, name)


def arrays():
    import numpy as np

    generator = np.random.default_rng(0)
    one = generator.random((4_000, 3_000))
    np.save(path("one_array.npy"), one)
    many = {"layer_%02d" % i: generator.random((500, 1_000)) for i in range(24)}
    np.savez(path("stored.npz"), **many)
    np.savez_compressed(path("deflated.npz"), **{name: np.round(value, 1) for name, value in many.items()})


def tensors():
    import numpy as np
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(0)
    state = {"layer.%d.weight" % i: torch.rand(1_000, 1_000) for i in range(24)}
    torch.save(state, path("state.pt"))
    torch.save(state, path("old_form.pt"), _use_new_zipfile_serialization=False)
    small = {"block.%d.bias" % i: torch.rand(64) for i in range(20_000)}
    torch.save(small, path("many_small.pt"))
    save_file(state, path("tensors.safetensors"))


def joblibs():
    import joblib
    import numpy as np
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier

    generator = np.random.default_rng(0)
    x = generator.random((20_000, 20))
    y = generator.integers(0, 8, 20_000)
    forest = RandomForestClassifier(n_estimators=40, random_state=0, n_jobs=2).fit(x, y)
    joblib.dump(forest, path("forest.joblib"))
    joblib.dump(forest, path("forest_zlib.joblib"), compress=3)
    neighbours = KNeighborsClassifier(algorithm="brute").fit(generator.random((60_000, 100)), generator.integers(0, 2, 60_000))
    joblib.dump(neighbours, path("neighbours.joblib"))
    joblib.dump({"a": generator.random((3_000, 2_000)), "words": ["w%d" % i for i in range(300_000)]}, path("mixed.joblib"))
    try:
        import skops.io

        skops.io.dump(forest, path("forest.skops"))
    except ImportError as error:
        print("skipped forest.skops: %s" % error)


def tables():
    import numpy as np
    import pandas as pd

    generator = np.random.default_rng(0)
    rows = 600_000
    numbers = pd.DataFrame(generator.random((rows, 6)), columns=list("abcdef"))
    numbers["n"] = generator.integers(0, 100, rows)
    numbers.to_csv(path("numbers.csv"), index=False)
    random.seed(0)
    words = ["word%d" % i for i in range(50)]
    mixed = pd.DataFrame(
        {
            "id": np.arange(rows),
            "color": [random.choice(words) for _ in range(rows)],
            "user": ["user-%d" % random.randrange(10**9) for _ in range(rows)],
            "score": generator.random(rows),
            "gap": np.where(generator.random(rows) < 0.1, np.nan, generator.integers(0, 9, rows)),
        }
    )
    mixed.to_csv(path("mixed.csv"), index=False)
    mixed.to_parquet(path("mixed.parquet"))
    numbers.to_parquet(path("numbers.parquet"))
    mixed.to_feather(path("mixed.feather"))
    numbers.to_feather(path("numbers.feather"), compression="uncompressed")


def others():
    import h5py
    import numpy as np
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    generator = np.random.default_rng(0)
    with h5py.File(path("weights.h5"), "w") as file:
        for i in range(12):
            file["layer_%d/kernel" % i] = generator.random((1_000, 1_000))
    with h5py.File(path("gzip.h5"), "w") as file:
        for i in range(6):
            data = np.round(generator.random((1_000, 1_000)), 1)
            file.create_dataset("layer_%d/kernel" % i, data=data, compression="gzip")
    weights = [numpy_helper.from_array(generator.random((1_000, 2_500), dtype=np.float32), "w%d" % i) for i in range(8)]
    value = lambda name: helper.make_tensor_value_info(name, TensorProto.FLOAT, [1_000, 2_500])
    nodes = [helper.make_node("Add", ["x", "w0"], ["y"])]
    model = helper.make_model(helper.make_graph(nodes, "g", [value("x")], [value("y")], weights), ir_version=9)
    onnx.save(model, path("model.onnx"))
    onnx.save(model, path("external.onnx"), save_as_external_data=True, location="external.onnx.data")


def archives():
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import keras
    import numpy as np
    from keras import layers

    def dense(width, count):
        parts = [layers.Dense(width, activation="relu") for _ in range(count)]
        return keras.Sequential([keras.Input((width,)), *parts])

    dense(1_500, 4).save(path("four_layers.keras"))
    dense(5_000, 1).save(path("one_layer.keras"))
    dense(500, 40).save(path("forty_layers.keras"))
    images = [layers.Conv2D(256, 3), layers.Conv2D(512, 3), layers.Conv2D(512, 3), layers.Flatten(), layers.Dense(20)]
    keras.Sequential([keras.Input((32, 32, 3)), *images]).save(path("images.keras"))
    trained = keras.Sequential([keras.Input((64,)), layers.Dense(3_000), layers.Dense(3_000), layers.Dense(1)])
    trained.compile("adam", "mse")
    trained.fit(np.zeros((8, 64)), np.zeros((8, 1)), verbose=0)
    trained.save(path("trained.keras"))  # with what the optimizer remembers


for make in (arrays, tensors, joblibs, tables, others, archives):
    try:
        make()
    except ImportError as error:
        print("skipped %s: %s" % (make.__name__, error))
