"""Train a small network with PyTorch on the CPU.

What to look for in the report:

* `import torch` is the largest part of a small job: libraries that are mapped from files, and what they set up.
* The first step is larger than the parameters: gradients come with the first `backward`, and Adam's two moments with the
  first `step`. From the second step on memory is flat.
* The activations of the forward pass are held until `backward` has used them: they grow with BATCH_SIZE, the parameters
  do not.
* Evaluation runs under `no_grad`, and holds no activations.
"""

import torch
from torch import nn

NUM_SAMPLES = 20_000
NUM_FEATURES = 128
HIDDEN_UNITS = 1024
BATCH_SIZE = 2048
NUM_EPOCHS = 3


def make_data():
    generator = torch.Generator().manual_seed(0)
    X = torch.randn(NUM_SAMPLES, NUM_FEATURES, generator=generator)
    weights = torch.randn(NUM_FEATURES, 1, generator=generator)
    y = torch.tanh(X @ weights / NUM_FEATURES**0.5)
    return X, y


def make_model():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Linear(NUM_FEATURES, HIDDEN_UNITS),
        nn.ReLU(),
        nn.Linear(HIDDEN_UNITS, HIDDEN_UNITS),
        nn.ReLU(),
        nn.Linear(HIDDEN_UNITS, 1),
    )


def train_epoch(model, optimizer, X, y):
    loss_of = nn.MSELoss()
    for start in range(0, NUM_SAMPLES, BATCH_SIZE):
        batch, target = X[start : start + BATCH_SIZE], y[start : start + BATCH_SIZE]
        prediction = model(batch)
        loss = loss_of(prediction, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def evaluate(model, X, y):
    with torch.no_grad():
        errors = [
            (model(X[start : start + BATCH_SIZE]) - y[start : start + BATCH_SIZE]).square()
            for start in range(0, NUM_SAMPLES, BATCH_SIZE)
        ]
    return torch.cat(errors).mean().item()


def main():
    X, y = make_data()
    model = make_model()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for _ in range(NUM_EPOCHS):
        train_epoch(model, optimizer, X, y)
    parameters = sum(parameter.numel() for parameter in model.parameters())
    print(f"mean squared error {evaluate(model, X, y):.5f} after {NUM_EPOCHS} epochs; {parameters} parameters")


if __name__ == "__main__":
    main()
