"""PyTorch's side of `against-pytorch`: one workload, one RESULT line.

usage: pytorch.py WORKLOAD [--secs S] [--threads N] [--tuned] [--compile] [--device D] [--precision f32|bf16]
`--tuned` is what PyTorch's own guides advise on a CPU: a fused Adam, channels-last images, fused attention,
denormals flushed. `nothing` only imports PyTorch; `matmul` multiplies square matrices.
"""

import argparse
import math
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

from models import Lstm, cnn, mlp, resnet

parser = argparse.ArgumentParser()
parser.add_argument("workload")
parser.add_argument("--secs", type=float, default=3.0)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--tuned", action="store_true")
parser.add_argument("--compile", action="store_true")
parser.add_argument("--device", default="cpu")
parser.add_argument("--precision", choices=["f32", "bf16"], default="f32")
given = parser.parse_args()

torch.set_num_threads(given.threads)
torch.manual_seed(0)
torch.set_default_device(given.device)
if given.tuned:
    torch.set_flush_denormal(True)

WARM_UP = 3


def peak_megabytes():
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM"):
            return float(line.split()[1]) / 1024


def report(name, per_step, unit, first, last, steps, seconds):
    print(
        f"RESULT pytorch {name} {per_step * steps / seconds:.1f} {unit} loss {first:.4f}->{last:.4f} "
        f"steps {steps} ms/step {seconds / steps * 1e3:.3f} rss {peak_megabytes():.0f}MB"
    )


def measure(step, per_step, unit, warm_up=WARM_UP):
    first = [step(index) for index in range(warm_up)][0]
    steps, start = 0, time.perf_counter()
    while (seconds := time.perf_counter() - start) < given.secs:
        last = step(steps)
        steps += 1
    report(given.workload, per_step, unit, first, last, steps, seconds)


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x, mask):
        batch, steps, width = x.shape
        heads = lambda part: part.view(batch, steps, self.heads, -1).transpose(1, 2)
        q, k, v = map(heads, self.qkv(x).split(width, dim=2))
        if given.tuned:
            seen = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            scores = (q @ k.transpose(-2, -1)) / math.sqrt(width // self.heads)
            seen = F.softmax(scores.masked_fill(mask, float("-inf")), dim=-1) @ v
        return self.out(seen.transpose(1, 2).reshape(batch, steps, width))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.attention = nn.LayerNorm(width), Attention(width, heads)
        self.norm2, self.hidden, self.out = nn.LayerNorm(width), nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x, mask):
        x = x + self.attention(self.norm1(x), mask)
        return x + self.out(F.gelu(self.hidden(self.norm2(x)), approximate="tanh"))


class Gpt(nn.Module):
    def __init__(self, vocabulary=65, steps=128, width=128, layers=4, heads=4):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocabulary, width), nn.Embedding(steps, width)
        self.blocks = nn.ModuleList([Block(width, heads) for _ in range(layers)])
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, vocabulary, bias=False)
        self.register_buffer("mask", torch.tril(torch.ones(steps, steps)) == 0)
        self.register_buffer("places", torch.arange(steps))

    def forward(self, x):
        x = self.tokens(x) + self.positions(self.places)
        for block in self.blocks:
            x = block(x, self.mask)
        return self.head(self.norm(x))


def train(model, inputs, targets, batch, unit, per_row=1, optimizer=None):
    if given.tuned and inputs.dim() == 4:
        model, inputs = model.to(memory_format=torch.channels_last), inputs.contiguous(memory_format=torch.channels_last)
    optimizer = optimizer or (lambda parameters: torch.optim.Adam(parameters, 1e-3, fused=given.tuned or None))
    optimizer = optimizer(model.parameters())
    if given.compile:
        model = torch.compile(model)

    def step(index):
        start = index % (len(inputs) // batch) * batch
        optimizer.zero_grad()
        with torch.autocast(inputs.device.type, torch.bfloat16, enabled=given.precision == "bf16"):
            outputs = model(inputs[start : start + batch])
            loss = F.cross_entropy(outputs.flatten(0, -2), targets[start : start + batch].flatten())
        loss.backward()
        optimizer.step()
        return loss.item()

    measure(step, batch * per_row, unit)


def line():
    """One step here is a whole training: 100 epochs of batches of 32, 32, 32 and 4 rows."""
    x = torch.linspace(-1, 1, 100).view(100, 1)
    y = 2 * x + 1
    model = nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), 0.01, fused=given.tuned or None)

    def fit(_):
        for _ in range(100):
            for start in range(0, 100, 32):
                optimizer.zero_grad()
                loss = F.mse_loss(model(x[start : start + 32]), y[start : start + 32])
                loss.backward()
                optimizer.step()
        return loss.item()

    measure(fit, 400, "steps/s", 1)


def products():
    for size in (128, 256, 512, 1024, 2048):
        x, y = torch.rand(size, size), torch.rand(size, size)
        best, end = math.inf, time.perf_counter() + given.secs / 5
        while time.perf_counter() < end:
            start = time.perf_counter()
            x @ y
            best = min(best, time.perf_counter() - start)
        print(f"RESULT pytorch matmul{size} {2 * size**3 / best / 1e9:.0f} GFLOP/s")


def adam_w(parameters):
    return torch.optim.AdamW(parameters, 3e-4, weight_decay=0.1, betas=(0.9, 0.95), fused=given.tuned or None)


labels = lambda rows: torch.randint(0, 10, (rows,))
tokens = lambda rows, steps, vocabulary: torch.randint(0, vocabulary, (rows, steps))
match given.workload:
    case "nothing":
        report("nothing", 0, "-", 0.0, 0.0, 1, 1.0)
    case "matmul":
        products()
    case "mlp":
        train(mlp(), torch.rand(8192, 784), labels(8192), 128, "samples/s")
    case "cnn":
        train(cnn(), torch.rand(1024, 1, 28, 28), labels(1024), 64, "samples/s")
    case "resnet":
        train(resnet(), torch.rand(1024, 3, 32, 32), labels(1024), 64, "samples/s")
    case "gpt":
        train(Gpt(), tokens(512, 128, 65), tokens(512, 128, 65), 16, "tokens/s", 128, adam_w)
    case "lstm":
        train(Lstm(), tokens(1024, 64, 64), tokens(1024, 64, 64), 64, "tokens/s", 64)
    case "linreg":
        line()
    case other:
        parser.error(f"no such workload: {other}")
