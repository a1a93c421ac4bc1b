"""Tensors of torch in a plain pickle, where each storage is a file of its own inside."""
import torch
from cases import case


@case()
def torch_state_dict():
    layers = [torch.nn.Linear(1500, 1000) for _ in range(8)]
    return torch.nn.Sequential(*layers).state_dict()


@case()
def torch_many_small_tensors():
    return [torch.arange(100, dtype=torch.float32) for _ in range(8000)]
