"""A whole training with PyTorch on one core: a multi-layer perceptron, batches from a DataLoader, Adam with a schedule, a look
at the validation set after each epoch, the best weights kept and at the end saved and loaded again.

usage: torch_mlp_training.py [SIZE]      1 is the whole job, 0 only what is needed to start
"""

import copy
import io
import sys

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

NUM_SAMPLES = 12_000
NUM_FEATURES = 64
NUM_CLASSES = 10
BATCH = 128
EPOCHS = 16


def make_data(count):
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(count, NUM_FEATURES, generator=generator)
    teacher = torch.randn(NUM_FEATURES, NUM_CLASSES, generator=generator)
    y = (torch.sin(x) @ teacher).argmax(dim=1)
    return random_split(TensorDataset(x, y), [0.8, 0.2], generator=generator)


def make_model():
    torch.manual_seed(1)
    return nn.Sequential(
        nn.Linear(NUM_FEATURES, 256), nn.ReLU(), nn.Dropout(0.1), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, NUM_CLASSES)
    )


def train_epoch(model, loader, optimizer, loss_of):
    model.train()
    for x, y in loader:
        optimizer.zero_grad()
        loss_of(model(x), y).backward()
        optimizer.step()


@torch.no_grad()
def evaluate(model, loader):
    model.eval()
    right = sum(int((model(x).argmax(dim=1) == y).sum()) for x, y in loader)
    return right / len(loader.dataset)


def main():
    size = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    torch.set_num_threads(1)
    # Size 0 is one step: the first one imports a good deal of PyTorch.
    training, validation = make_data(NUM_SAMPLES if size >= 0.05 else BATCH)
    shuffled = torch.Generator().manual_seed(2)
    loader = DataLoader(training, BATCH, shuffle=True, generator=shuffled)
    held = DataLoader(validation, 512)
    model = make_model()
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
    best, weights = 0.0, None
    for _ in range(max(1, round(EPOCHS * size))):
        train_epoch(model, loader, optimizer, nn.functional.cross_entropy)
        schedule.step()
        accuracy = evaluate(model, held)
        if accuracy >= best:
            best, weights = accuracy, copy.deepcopy(model.state_dict())
    file = io.BytesIO()
    torch.save(weights, file)
    file.seek(0)
    model.load_state_dict(torch.load(file))
    print(f"{best:.4f} {evaluate(model, held):.4f}")


if __name__ == "__main__":
    main()
