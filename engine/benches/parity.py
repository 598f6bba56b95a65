"""Trains this engine's workloads in PyTorch and compares the losses: see `parity`, which calls this.

This engine trains first and writes down what it began with (`parity.rs`). Every parameter and buffer is then
given to the PyTorch model by name: one that has no place there, or a place that gets none, is an error. The
models are made of PyTorch's own layers with PyTorch's own defaults; only what `Workload` names is set.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.numpy import load_file

from models import Lstm, cnn, mlp, resnet

# The largest relative difference of a loss over the first steps (`strict_steps`) …
BAR = 1e-3
# … or, where PyTorch's own rounding grows beyond that, this multiple of its distance from the same training in f64:
# two roundings part from one another as far as from the truth, each in its own direction.
APART = 2


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.attention = nn.LayerNorm(width), nn.MultiheadAttention(width, heads, batch_first=True)
        self.norm2, self.hidden, self.out = nn.LayerNorm(width), nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x, mask):
        y = self.norm1(x)
        x = x + self.attention(y, y, y, attn_mask=mask, need_weights=False)[0]
        return x + self.out(F.gelu(self.hidden(self.norm2(x)), approximate="tanh"))


class Gpt(nn.Module):
    def __init__(self, vocabulary=65, steps=128, width=128, blocks=4, heads=4):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocabulary, width), nn.Embedding(steps, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(blocks))
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, vocabulary, bias=False)
        self.mask = nn.Transformer.generate_square_subsequent_mask(steps)

    def forward(self, x):
        x = self.tokens(x) + self.positions.weight
        for block in self.blocks:
            x = block(x, self.mask.to(x.dtype))
        return self.head(self.norm(x))


def adam(parameters):
    return torch.optim.Adam(parameters, 1e-3)


def adam_w(parameters):
    return torch.optim.AdamW(parameters, 3e-4, betas=(0.9, 0.95), weight_decay=0.1)


def sgd(parameters):
    return torch.optim.SGD(parameters, 0.01)


def cross_entropy(outputs, labels):
    return F.cross_entropy(outputs.flatten(0, -2), labels.flatten())


# Which module stands for which node; `{}` is the parameter's name.
RESNET = {"stem": "0.{}", "stem-norm": "1.{}", "dense": "8.{}"}
for block in range(3):
    for part in ["conv1", "norm1", "conv2", "norm2"]:
        RESNET[f"block{block}-{part}"] = f"{3 + block}.{part}.{{}}"
    if block > 0:
        RESNET[f"block{block}-down"] = f"{3 + block}.past.0.{{}}"
        RESNET[f"block{block}-down-norm"] = f"{3 + block}.past.1.{{}}"

GPT = {name: name + ".{}" for name in ["tokens", "positions", "norm", "head"]}
for block in range(4):
    for part in ["norm1", "attention", "norm2", "hidden", "out"]:
        GPT[f"block{block}-{part}"] = f"blocks.{block}.{part}.{{}}"

LSTM = {"tokens": "tokens.{}", "lstm1": "lstm.{}_l0", "lstm2": "lstm.{}_l1", "head": "head.{}"}

# Model, optimiser, loss, names.
WORKLOADS = {
    "mlp": (mlp, adam, cross_entropy, {"dense1": "0.{}", "dense2": "2.{}", "dense3": "4.{}"}),
    "cnn": (cnn, adam, cross_entropy, {"conv1": "0.{}", "conv2": "2.{}", "dense1": "6.{}", "dense2": "8.{}"}),
    "resnet": (resnet, adam, cross_entropy, RESNET),
    "gpt": (Gpt, adam_w, cross_entropy, GPT),
    "lstm": (Lstm, adam, cross_entropy, LSTM),
    "linreg": (lambda: nn.Linear(1, 1), sgd, F.mse_loss, {"dense": "{}"}),
}


def give(model, tensors, names):
    """Gives each of this engine's parameters and buffers to the model, and leaves none of the model's out."""
    renamed = {}
    for name, tensor in tensors.items():
        node, parameter = name.split(".", 1)
        if node not in names:
            sys.exit(f"{name} has no place in the PyTorch model")
        renamed[names[node].format(parameter)] = tensor
    # A count of batches that nothing reads.
    wanted = {name for name in model.state_dict() if not name.endswith("num_batches_tracked")}
    if len(renamed) != len(tensors) or set(renamed) != wanted:
        sys.exit(f"parameters without a partner: {' '.join(sorted(set(renamed) ^ wanted)) or 'two of one name'}")
    model.load_state_dict(renamed, strict=False)


def follow(name, tensors, record, steps, number):
    """The losses of so many steps of the same training in `number`s, and the loss outside training."""
    make, optimizer, loss_of, names = WORKLOADS[name]
    tensors = {name: tensor.to(number) if tensor.is_floating_point() else tensor for name, tensor in tensors.items()}
    inputs, targets = tensors.pop("inputs"), tensors.pop("targets")
    model = make().to(number)
    give(model, tensors, names)
    optimizer = optimizer(model.parameters())
    batches = [
        (inputs[start : start + record["batch"]], targets[start : start + record["batch"]])
        for start in range(0, len(inputs), record["batch"])
    ]
    losses, evaluated = [], None
    for step in range(steps):
        x, y = batches[step % len(batches)]
        optimizer.zero_grad()
        loss = loss_of(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if step + 1 == record["strict_steps"]:
            model.eval()
            with torch.no_grad():
                evaluated = loss_of(model(batches[0][0]), batches[0][1]).item()
            model.train()
    return losses, evaluated


def read(path):
    tensors = load_file(path)
    # Token ids and labels; PyTorch computes with signed ones only.
    return {name: torch.from_numpy(array.astype("int64") if array.dtype.kind == "u" else array) for name, array in tensors.items()}


def difference(ours, theirs):
    """NaN, which no bar lets through, where either is not a number."""
    return abs(ours - theirs) / max(abs(theirs), sys.float_info.min)


def main():
    parser = argparse.ArgumentParser(prog="parity")
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD")
    parser.add_argument("--ours", required=True, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if unknown := set(given.workloads) - set(WORKLOADS):
        parser.error(f"no such workload: {', '.join(sorted(unknown))}; there are: {' '.join(WORKLOADS)}")

    print("The largest relative difference of a step's loss from PyTorch's, from PyTorch's in f64, and of PyTorch's own")
    print("from f64; evaluated: of one batch outside training, from PyTorch's.")
    columns = ["first loss", "last, ours", "PyTorch", "200 steps", "50 steps", "from f64", "PyTorch's", "evaluated"]
    print("workload  " + "".join(f"{column:>12}" for column in columns))
    missed = []
    for name in given.workloads or WORKLOADS:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([given.ours, name, folder], check=True)
            record = json.loads(pathlib.Path(folder, f"{name}.json").read_text())
            tensors = read(pathlib.Path(folder, f"{name}.safetensors"))
        few = record["strict_steps"]
        losses, evaluated = follow(name, tensors, record, len(record["losses"]), torch.float32)
        exact, truth = follow(name, tensors, record, few, torch.float64)
        of = lambda ours, theirs: [difference(*pair) for pair in zip(ours, theirs)]
        differences = of(record["losses"], losses)
        strict = differences[:few]
        outside = difference(record["evaluated"], evaluated)
        far, theirs = max(of(record["losses"], exact)), max(of(losses, exact))
        print(
            f"{name:10}{losses[0]:12.4f}{record['losses'][-1]:12.4f}{losses[-1]:12.4f}"
            f"{max(differences):12.1e}{max(strict):12.1e}{far:12.1e}{theirs:12.1e}{outside:12.1e}",
            flush=True,
        )
        bar = max(BAR, APART * max(theirs, difference(evaluated, truth)))
        if not all(value <= bar for value in strict):
            missed.append(f"{name}: {max(strict):.1e} within {few} steps, the bar is {bar:.1e}")
        if not outside <= bar:
            missed.append(f"{name}: {outside:.1e} outside training, the bar is {bar:.1e}")
    print("\n".join(["", *missed]) if missed else "\nevery bar is met")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
