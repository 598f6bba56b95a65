"""Writes golden numbers: see `goldens`, which calls this, and `engine/src/goldens.rs`, which reads them.

PyTorch computes in float64 from float32 inputs. These are not written down: a hash of place and seed makes them, here
and there. The gradients are those of Σ c·y, where c is such a tensor too. A long tensor is written as WIDTH sums in
which each of its numbers has a share.
"""

import itertools
import json
import sys

import numpy as np
import torch
import torch.nn.functional as F

WIDTH = 19
SHARES, GRADIENT = 77, 99


def hashed(shape, seed):
    """`tape::gradcheck::tensor`: float32 in ±1."""
    with np.errstate(over="ignore"):
        place = np.arange(1, int(np.prod(shape)) + 1, dtype=np.uint64)
        bits = place * np.uint64(0x9E3779B97F4A7C15) + np.uint64(seed) * np.uint64(0xD1B54A32D192ED03)
        mixed = (bits ^ (bits >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return ((mixed >> np.uint64(40)).astype(np.float32) / np.float32(1 << 23) - np.float32(1)).reshape(shape)


def digest(tensor):
    numbers = tensor.detach().numpy().astype(np.float64).ravel()
    if len(numbers) > WIDTH:
        shares = numbers * hashed(numbers.shape, SHARES)
        numbers = np.array([shares[first::WIDTH].sum() for first in range(WIDTH)])
    return numbers.tolist()


class Numbers:
    """Inputs that a hash makes: scale · hash + shift."""

    def __init__(self, *shape, seed, scale=1.0, shift=0.0):
        self.record = {"shape": shape, "seed": seed}
        self.record |= {"scale": scale} if scale != 1.0 else {}
        self.record |= {"shift": shift} if shift != 0.0 else {}
        values = hashed(shape, seed) * np.float32(scale) + np.float32(shift)
        self.tensor = torch.tensor(values, dtype=torch.float64, requires_grad=True)


class Ids:
    """Labels, ids and lengths: some numbers, over and over."""

    def __init__(self, *shape, of):
        self.tensor = torch.tensor(np.resize(of, shape))
        self.record = {"shape": shape, "ids": of}


def text(value):
    """JSON with seven digits of each number."""
    if isinstance(value, float):
        short = f"{value:.7g}"
        return short if any(mark in short for mark in ".en") else short + ".0"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(text, value)) + "]"
    return json.dumps(value)


LINES = []


def case(operation, inputs, function, /, training=True, buffers=0, **options):
    """An operation on inputs; the last `buffers` of them are written in its forward and have no gradient."""
    tensors = [given.tensor for given in inputs]
    if buffers:
        tensors[-buffers:] = [tensor.detach().clone() for tensor in tensors[-buffers:]]
    output = function(*tensors)
    loss = (output * torch.tensor(hashed(tuple(output.shape), GRADIENT), dtype=torch.float64)).sum()
    leaves = [tensor for tensor in tensors if tensor.requires_grad]
    arrived = iter(torch.autograd.grad(loss, leaves, allow_unused=True) if loss.requires_grad else [None] * len(leaves))
    gradients = [next(arrived) if tensor.requires_grad else None for tensor in tensors]
    record = {
        "spec": {"operation": operation, **options},
        "training": training,
        "inputs": [given.record for given in inputs],
        "output": digest(output),
        "gradients": [None if gradient is None else digest(gradient) for gradient in gradients],
        "buffers": [digest(tensor) for tensor in tensors[len(tensors) - buffers :]],
    }
    LINES.append(text(record))


FUNCTIONS = {
    "relu": (F.relu, {}),
    "leaky-relu": (lambda x: F.leaky_relu(x, 0.125), {"slope": 0.125}),
    "elu": (lambda x: F.elu(x, 1.5), {"alpha": 1.5}),
    "gelu": (F.gelu, {}),
    "gelu-tanh": (lambda x: F.gelu(x, approximate="tanh"), {}),
    "silu": (F.silu, {}),
    "tanh": (torch.tanh, {}),
    "sigmoid": (torch.sigmoid, {}),
}


def activations():
    for name, (function, settings) in FUNCTIONS.items():
        for shape in [(3, 7), (2, 3, 5, 7), (5, 1201)]:
            x = Numbers(*shape, seed=1, scale=4.0)
            case("Activation", [x], function, function={"kind": name, **settings})
        dense = [Numbers(5, 3, seed=1, scale=2.0), Numbers(7, 3, seed=2), Numbers(7, seed=3)]
        case(
            "Activated",
            dense,
            lambda x, w, b: function(F.linear(x, w, b)),
            inner={"operation": "Dense"},
            function={"kind": name, **settings},
        )


def dense():
    for rows, width, outputs in [(1, 1, 1), (3, 5, 2), (7, 4, 9), (33, 17, 3), (67, 129, 71), (1025, 33, 19)]:
        inputs = [Numbers(rows, width, seed=1), Numbers(outputs, width, seed=2), Numbers(outputs, seed=3)]
        case("Dense", inputs, F.linear)
        case("Dense", inputs[:2], F.linear)
    for width, outputs, rank in [(1, 1, 1), (5, 3, 2), (129, 71, 8)]:
        inputs = [Numbers(outputs, width, seed=1), Numbers(rank, width, seed=2), Numbers(outputs, rank, seed=3)]
        case("LowRank", inputs, lambda w, a, b: w + 0.5 * b @ a, scale=0.5)
    case("Dense", [Numbers(2, 3, 5, seed=1), Numbers(7, 5, seed=2), Numbers(7, seed=3)], F.linear)


def combinations():
    for shape in [(1,), (3, 5), (2, 3, 5, 7), (5, 1201)]:
        inputs = [Numbers(*shape, seed=seed) for seed in range(1, 4)]
        case("Add", inputs, lambda a, b, c: a + b + c)
        case("Multiply", inputs[:2], torch.mul)
    for axis in range(3):
        shapes = [[5, 3, 7] for _ in range(3)]
        for number, shape in enumerate(shapes):
            shape[axis] = 2 * number + 1
        inputs = [Numbers(*shape, seed=seed) for seed, shape in enumerate(shapes, 1)]
        case("Concat", inputs, lambda *all: torch.cat(all, axis), axis=axis)
    x = Numbers(3, 5, 7, seed=1)
    for axis in range(3):
        case("Mean", [x], lambda x: x.mean(axis), axis=axis)
    case("Mean", [Numbers(3, 1031, 5, seed=1)], lambda x: x.mean(1), axis=1)
    case("Swap", [x], lambda x: x.transpose(1, 2))
    case("Flatten", [x], lambda x: x.flatten(1))
    case("Permute", [x], lambda x: x.permute(0, 2, 1), order=[0, 2, 1])
    image = Numbers(2, 3, 5, 4, seed=1)
    case("Permute", [image], lambda x: x.permute(0, 3, 1, 2), order=[0, 3, 1, 2])
    case("Reshape", [x], lambda x: x.reshape(3, 7, 5), shape=[7, 5])
    case("Reshape", [image], lambda x: x.reshape(2, 12, 5), shape=[12, 5])
    for axis, start, length in [(1, 1, 2), (2, 0, 3), (3, 2, 2)]:
        case("Slice", [image], lambda x: x.narrow(axis, start, length), axis=axis, start=start, length=length)
    for shape in [(1, 1), (3, 5), (2, 3, 7), (131, 67)]:
        pair = [Numbers(*shape, seed=seed) for seed in (1, 2)]
        case("Dot", pair, lambda a, b: (a * b).sum(-1, keepdim=True))
    for reverse in [False, True]:
        case("LastStep", [x], lambda x: x[:, 0 if reverse else -1], reverse=reverse)
    ids = [3, 0, 5, 0, 0, 0, 0, 0, 0, 0, 2, 7, 1, 2, 4]
    places = torch.arange(1, 6)
    case("Lengths", [Ids(3, 5, of=ids)], lambda ids: ((ids != 0) * places).amax(1).clamp(min=1), padding=0)
    steps = [Numbers(3, 5, 7, seed=1), Ids(3, of=[3, 1, 5])]
    counts = torch.arange(5) < steps[1].tensor[:, None]
    last = steps[1].tensor - 1
    case("LastStep", steps, lambda x, _: x[torch.arange(3), last], reverse=False)
    case("MeanOfSteps", steps, lambda x, n: (x * counts[..., None]).sum(1) / n[:, None])
    case("Padded", steps, lambda x, _: x.masked_fill(~counts[..., None], 0.25), **{"with": 0.25})
    turned = torch.where(counts, last[:, None] - torch.arange(5), torch.arange(5))
    case("Reversed", steps, lambda x, _: x[torch.arange(3)[:, None], turned])
    for shape in [(3, 7), (2, 3, 17), (131, 67)]:
        case("Softmax", [Numbers(*shape, seed=1, scale=4.0)], lambda x: x.softmax(-1))
    case("Dropout", [x], lambda x: F.dropout(x, 0.0), rate=0.0)
    case("Dropout", [x], lambda x: F.dropout(x, 1.0), rate=1.0)
    case("Dropout", [x], lambda x: F.dropout(x, 0.5, training=False), training=False, rate=0.5)


def padded(x, windows, value=0.0):
    return F.pad(x, [width for window in reversed(windows) for width in window[3:]], value=value)


def settings(windows, *wanted):
    """`stride`, `dilation`, … of windows, as PyTorch takes them."""
    names = {"kernel_size": 0, "stride": 1, "dilation": 2, "padding": 3}
    return {name: tuple(window[names[name]] for window in windows) for name in wanted}


def convolutions():
    # Size, stride, dilation, before, after; down the rows (of images only) and across the columns.
    for windows, (batch, channels, *size), filters, groups in [
        ([[3, 1, 1, 1, 1], [3, 1, 1, 1, 1]], (2, 3, 5, 7), 2, 1),
        ([[1, 1, 1, 0, 0], [1, 1, 1, 0, 0]], (2, 3, 3, 5), 5, 1),
        ([[2, 2, 1, 0, 1], [3, 1, 2, 2, 2]], (1, 2, 5, 7), 3, 1),
        ([[5, 1, 1, 4, 3], [2, 3, 1, 0, 0]], (2, 1, 3, 7), 3, 1),
        ([[3, 1, 1, 1, 1], [2, 1, 2, 0, 2]], (2, 4, 3, 5), 6, 2),
        ([[3, 1, 1, 1, 1], [3, 2, 1, 1, 1]], (1, 3, 5, 7), 9, 3),
        ([[3, 2, 2, 2, 2], [3, 3, 1, 0, 1]], (3, 5, 17, 19), 35, 5),
        ([[3, 1, 1, 1, 1], [3, 1, 1, 1, 1]], (3, 5, 23, 31), 33, 1),
        ([[3, 2, 1, 1, 1], [3, 2, 1, 1, 1]], (2, 19, 21, 13), 7, 1),
        ([[7, 1, 1, 3, 3]], (5, 3, 33), 11, 1),
        ([[2, 2, 3, 1, 1]], (2, 4, 7), 6, 2),
        ([[1, 3, 1, 0, 0]], (3, 5, 11), 2, 1),
    ]:
        kernel = [window[0] for window in windows]
        conv = F.conv1d if len(kernel) == 1 else F.conv2d
        weight = Numbers(filters, channels // groups, *kernel, seed=2)
        inputs = [Numbers(batch, channels, *size, seed=1), weight, Numbers(filters, seed=3)]
        options = settings(windows, "stride", "dilation")

        def run(x, *parameters):
            return conv(padded(x, windows), *parameters, groups=groups, **options)

        case("Conv", inputs, run, windows=windows, groups=groups)
        if filters % 2 == 1:
            case("Conv", inputs[:2], run, windows=windows, groups=groups)

    for windows, more, (batch, filters, *size), of_group, groups in [
        ([[3, 1, 1, 1, 1], [3, 1, 1, 1, 1]], [0, 0], (2, 3, 5, 7), 2, 1),
        ([[2, 2, 1, 0, 0], [2, 2, 1, 0, 0]], [0, 0], (2, 3, 3, 5), 5, 1),
        ([[3, 2, 1, 1, 0], [4, 3, 1, 0, 2]], [1, 2], (1, 2, 5, 3), 3, 1),
        ([[3, 2, 2, 1, 1], [3, 1, 3, 2, 1]], [1, 0], (2, 6, 3, 5), 3, 3),
        ([[3, 2, 1, 1, 1], [3, 2, 1, 1, 1]], [1, 1], (3, 7, 13, 11), 19, 1),
        ([[5, 3, 1, 1, 2]], [2], (3, 4, 7), 3, 2),
        ([[3, 1, 2, 0, 0]], [1], (2, 3, 1), 2, 1),
    ]:
        kernel = [window[0] for window in windows]
        conv = F.conv_transpose1d if len(kernel) == 1 else F.conv_transpose2d
        weight = Numbers(filters, of_group, *kernel, seed=2)
        inputs = [Numbers(batch, filters, *size, seed=1), weight, Numbers(of_group * groups, seed=3)]
        options = settings(windows, "stride", "dilation")

        def run(x, *parameters):
            y = conv(x, *parameters, groups=groups, output_padding=more, **options)
            for axis, window in enumerate(windows, 2):
                y = y.narrow(axis, window[3], y.shape[axis] - window[3] - window[4])
            return y

        case("ConvTranspose", inputs, run, windows=windows, output_padding=more, groups=groups)
        case("ConvTranspose", inputs[:2], run, windows=windows, output_padding=more, groups=groups)


def pools():
    for windows, shape in [
        ([[2, 2, 1, 0, 0], [2, 2, 1, 0, 0]], (2, 3, 5, 7)),
        ([[3, 2, 1, 1, 1], [2, 1, 1, 1, 1]], (1, 2, 5, 4)),
        ([[3, 1, 1, 0, 1], [3, 3, 1, 1, 0]], (2, 1, 7, 3)),
        ([[3, 2, 1, 1, 1], [3, 2, 1, 1, 1]], (5, 7, 19, 23)),
        ([[3, 2, 1, 1, 1]], (2, 3, 7)),
        ([[4, 3, 1, 0, 0]], (3, 5, 11)),
    ]:
        x = Numbers(*shape, seed=1)
        options = settings(windows, "kernel_size", "stride")
        maximum = F.max_pool1d if len(windows) == 1 else F.max_pool2d
        average = F.avg_pool1d if len(windows) == 1 else F.avg_pool2d
        case("MaxPool", [x], lambda x: maximum(padded(x, windows, -torch.inf), **options), windows=windows)
        for counts in [False, True]:
            if all(window[3] == window[4] for window in windows):
                padding = settings(windows, "padding")
                run = lambda x: average(x, **options, **padding, count_include_pad=counts)
            else:
                share = lambda x: average(padded(x, windows), **options)
                run = lambda x: share(x) if counts else share(x) / share(torch.ones_like(x))
            case("AvgPool", [x], run, windows=windows, counts_padding=counts)
    for shape in [(2, 3, 5, 7), (3, 5, 11), (5, 3, 37, 29)]:
        x = Numbers(*shape, seed=1)
        case("GlobalAvgPool", [x], lambda x: x.flatten(2).mean(2))
        case("GlobalMaxPool", [x], lambda x: x.flatten(2).amax(2))
    for factors, shape in [([2, 2], (2, 3, 5, 7)), ([3, 1], (1, 2, 3, 1)), ([2, 3], (3, 5, 11, 13)), ([3], (2, 3, 5))]:
        case("Upsample", [Numbers(*shape, seed=1)], lambda x: F.interpolate(x, scale_factor=factors), factors=factors)


def norms():
    for shape in [(5, 3), (9, 1), (2, 3, 5), (3, 2, 3, 5), (1, 4, 3, 5), (7, 5, 13, 11), (3001, 7), (3, 19, 41, 37)]:
        channels = shape[1]
        parameters = [Numbers(channels, seed=2), Numbers(channels, seed=3)]
        running = [Numbers(channels, seed=4), Numbers(channels, seed=5, scale=0.5, shift=1.0)]
        inputs = [Numbers(*shape, seed=1, scale=2.0, shift=0.5), *parameters, *running]
        for training, rectified in itertools.product([True, False], [False, True]):

            def run(x, weight, bias, mean, variance):
                y = F.batch_norm(x, mean, variance, weight, bias, training, 0.125, 1e-3)
                return F.relu(y) if rectified else y

            options = {"momentum": 0.125, "epsilon": 1e-3, "rectified": rectified}
            if channels < 19 or not rectified:
                case("BatchNorm", inputs, run, training, buffers=2, **options)
    for shape, axes in [((3, 5), 1), ((2, 3, 4), 2), ((2, 3, 5, 7), 3), ((1, 37), 1), ((311, 67), 1)]:
        x, weight = Numbers(*shape, seed=1, scale=2.0, shift=0.5), Numbers(*shape[-axes:], seed=2)
        bias = Numbers(*shape[-axes:], seed=3)
        layer = lambda x, weight, bias: F.layer_norm(x, weight.shape, weight, bias, 1e-3)
        case("LayerNorm", [x, weight, bias], layer, epsilon=1e-3)
        case("RmsNorm", [x, weight], lambda x, weight: F.rms_norm(x, weight.shape, weight, 1e-3), epsilon=1e-3)
    for shape, groups in [((2, 6, 3, 5), 2), ((3, 3, 5, 1), 3), ((2, 4, 7), 1), ((1, 1, 9), 1), ((3, 15, 23, 29), 5)]:
        channels = shape[1]
        inputs = [Numbers(*shape, seed=1, scale=2.0, shift=0.5), Numbers(channels, seed=2), Numbers(channels, seed=3)]
        case("GroupNorm", inputs, lambda x, w, b: F.group_norm(x, groups, w, b, 1e-3), groups=groups, epsilon=1e-3)


def frequencies(width, base=10_000.0):
    return base ** (-torch.arange(0, width, 2, dtype=torch.float64) / width)


def sinusoids(x):
    angles = torch.arange(x.shape[1], dtype=torch.float64)[:, None] * frequencies(x.shape[2])
    return x + torch.stack([angles.sin(), angles.cos()], -1).flatten(1)[:, : x.shape[2]]


def rotated(x, columns, head, base):
    angles = torch.arange(x.shape[1], dtype=torch.float64)[:, None, None] * frequencies(head, base)
    a, b = x[..., :columns].unflatten(-1, (-1, head)).chunk(2, -1)
    turned = [a * angles.cos() - b * angles.sin(), b * angles.cos() + a * angles.sin()]
    return torch.cat([torch.cat(turned, -1).flatten(2), x[..., columns:]], -1)


def positions():
    for shape in [(2, 3, 5), (1, 1, 2), (3, 37, 20)]:
        case("AddSinusoids", [Numbers(*shape, seed=1)], sinusoids)
    for shape, columns, head, base in [((2, 3, 11), 8, 4, 1e4), ((1, 5, 6), 6, 2, 1e4), ((3, 37, 96), 64, 16, 1e6)]:
        run = lambda x: rotated(x, columns, head, base)
        case("Rotary", [Numbers(*shape, seed=1)], run, columns=columns, head=head, base=base)


def sequences():
    for shape, entries, width, padding in [((7,), 3, 5, None), ((2, 5), 7, 3, 2), ((3, 1, 4), 2, 9, 0), ((31, 17), 5, 33, None)]:
        ids = Ids(*shape, of=[number * 7919 % 104729 % entries for number in range(7 * entries)])
        run = lambda ids, table: F.embedding(ids, table, padding)
        case("Embedding", [ids, Numbers(entries, width, seed=2)], run, padding=padding)
    for batch, length, rows, width in [(2, 3, 3, 5), (3, 2, 7, 3), (37, 19, 23, 11), (3, 67, 71, 65)]:
        inputs = [Numbers(batch, length, width, seed=1), Numbers(rows, width, seed=2)]
        case("AddPositions", inputs, lambda x, table: x + table[: x.shape[1]])

    for shape in [(1, 1, 1, 1, 1, 1), (2, 5, 5, 2, 2, 3), (3, 7, 7, 4, 2, 5), (2, 71, 71, 3, 1, 7), (2, 3, 9, 2, 2, 5), (2, 67, 131, 6, 3, 3)]:
        for causal, has_lengths in itertools.product([False, True], repeat=2):
            attention(shape, causal, has_lengths)
    attention((2, 5, 5, 2, 2, 3), False, False, scale=0.25)


def attention(shape, causal, has_lengths, scale=None):
    batch, queries, keys, heads, key_heads, width = shape
    lengths = Ids(batch, of=[max(1, keys * (number + 1) // (batch + 1)) for number in range(batch)])
    lengths = [lengths] if has_lengths else []
    seen = torch.ones(batch, 1, queries, keys, dtype=torch.bool)
    if causal:
        seen = seen.tril()
    if has_lengths:
        seen &= torch.arange(keys) < lengths[0].tensor.reshape(batch, 1, 1, 1)
    # Not a number where PyTorch has nothing to see.
    assert seen.any(-1).all()

    def attend(q, k, v, *_):
        q, k, v = (x.unflatten(2, (-1, width)).transpose(1, 2) for x in [q, k, v])
        mask = {"attn_mask": seen} if has_lengths else {"is_causal": causal}
        y = F.scaled_dot_product_attention(q, k, v, **mask, scale=scale, enable_gqa=True)
        return y.transpose(1, 2).flatten(2)

    options = {"count": heads, "keys": key_heads, "causal": causal, "scale": scale, "dropout": 0.0, "node": 0}
    q, kv = Numbers(batch, queries, heads * width, seed=1, scale=2.0), (batch, keys, key_heads * width)
    inputs = [q, Numbers(*kv, seed=2, scale=2.0), Numbers(*kv, seed=3), *lengths]
    case("CrossAttention", inputs, attend, heads=options)
    if queries == keys:
        fused = Numbers(batch, queries, (heads + 2 * key_heads) * width, seed=1, scale=2.0)
        widths = [heads * width, key_heads * width, key_heads * width]
        run = lambda qkv, *lengths: attend(*qkv.split(widths, 2), *lengths)
        case("SelfAttention", [fused, *lengths], run, heads=options)


def recurrent():
    cells = {"lstm": (torch.nn.LSTM, 4, {}), "gru": (torch.nn.GRU, 3, {})}
    cells |= {name: (torch.nn.RNN, 1, {"nonlinearity": name}) for name in ["tanh", "relu"]}
    sizes = [(1, 1, 1, 1), (3, 5, 2, 3), (17, 3, 7, 5), (37, 19, 9, 33)]
    for (name, (module, gates, options)), (batch, steps, width, hidden) in itertools.product(cells.items(), sizes):
        rows = gates * hidden
        # So small that many steps do not make the gradient of a rectified cell explode.
        small = {"scale": 0.5 if hidden < 9 else 0.125}
        weights = [Numbers(rows, width, seed=2, **small), Numbers(rows, hidden, seed=3, **small)]
        weights += [Numbers(rows, seed=4), Numbers(rows, seed=5)]
        for reverse, biases in [(False, True), (True, True), (True, False)]:
            if steps == 19 and not biases:
                continue
            layer = module(width, hidden, bias=biases, batch_first=True, bidirectional=True, dtype=torch.float64, **options)
            names = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"][: 4 if biases else 2]

            def run(x, *parameters):
                both = {name + end: value for name, value in zip(names, parameters) for end in ["", "_reverse"]}
                y = torch.func.functional_call(layer, both, (x,))[0]
                return y[:, :, hidden:] if reverse else y[:, :, :hidden]

            inputs = [Numbers(batch, steps, width, seed=1), *weights[: len(names)]]
            case("Recurrent", inputs, run, cell=name, reverse=reverse)


def losses():
    classes = 5
    for smoothing, weights, ignored in itertools.product(
        [0.0, 0.125], [[], [0.5, 2.0, 0.0, 1.0, 1.5]], [None, 1, 77]
    ):
        for rows in [7, 3511]:
            labels = Ids(rows, of=[2, 0, 77 if ignored == 77 else 4, 1, 4, 3, 1])
            weight = torch.tensor(weights, dtype=torch.float64) if weights else None

            def run(x, labels):
                ignore = -100 if ignored is None else ignored
                return F.cross_entropy(x, labels, weight, ignore_index=ignore, label_smoothing=smoothing)

            inputs = [Numbers(rows, classes, seed=1, scale=4.0), labels]
            case("CrossEntropy", inputs, run, label_smoothing=smoothing, class_weights=weights, ignore=ignored)
    sequence = [Numbers(3, 5, 7, seed=1, scale=4.0), Ids(3, 5, of=[0, 6, 2, 5, 4, 3, 1])]
    run = lambda x, labels: F.cross_entropy(x.flatten(0, 1), labels.flatten())
    case("CrossEntropy", sequence, run, label_smoothing=0.0, class_weights=[], ignore=None)
    for name, loss, options in [
        ("binary-cross-entropy", F.binary_cross_entropy_with_logits, {}),
        ("squared", F.mse_loss, {}),
        ("absolute", F.l1_loss, {}),
        ("huber", lambda x, t: F.huber_loss(x, t, delta=0.375), {"delta": 0.375}),
    ]:
        for shape in [(7,), (3, 5), (5, 1201)]:
            x, targets = Numbers(*shape, seed=1, scale=4.0), Numbers(*shape, seed=2, scale=0.5, shift=0.5)
            case("Pointwise", [x, targets], lambda x, t: loss(x, t.detach()), loss={"kind": name, **options})


def optimizers():
    rate = 0.0625
    adam = {"beta1": 0.875, "beta2": 0.96875, "epsilon": 1e-6}
    betas = {"lr": rate, "betas": (0.875, 0.96875), "eps": 1e-6}
    rms = {"rho": 0.9375, "epsilon": 1e-6}
    none, by_norm, by_value = {"kind": "none"}, {"kind": "norm", "max": 0.5}, {"kind": "value", "max": 0.25}
    optim = torch.optim
    for spec, make in [
        ({"kind": "sgd"}, lambda p: optim.SGD(p, rate)),
        ({"kind": "sgd", "momentum": 0.875}, lambda p: optim.SGD(p, rate, 0.875)),
        ({"kind": "sgd", "momentum": 0.875, "nesterov": True}, lambda p: optim.SGD(p, rate, 0.875, nesterov=True)),
        ({"kind": "adam", **adam}, lambda p: optim.Adam(p, **betas)),
        ({"kind": "adam-w", **adam, "weight_decay": 0.25}, lambda p: optim.AdamW(p, **betas, weight_decay=0.25)),
        ({"kind": "rms-prop", **rms}, lambda p: optim.RMSprop(p, rate, 0.9375, 1e-6)),
        ({"kind": "rms-prop", **rms, "momentum": 0.875}, lambda p: optim.RMSprop(p, rate, 0.9375, 1e-6, momentum=0.875)),
        ({"kind": "adagrad", "epsilon": 1e-6}, lambda p: optim.Adagrad(p, rate, eps=1e-6)),
        ({"kind": "adadelta", "rho": 0.875, "epsilon": 1e-3}, lambda p: optim.Adadelta(p, rate, 0.875, 1e-3)),
    ]:
        for (l1, l2), clip in [((0.0, 0.0), none), ((0.0625, 0.125), by_norm), ((0.0, 0.125), by_value)]:
            follow({**spec, "learning_rate": rate}, make, l1, l2, clip)


def follow(spec, make, l1, l2, clip, steps=20):
    """A weight and a bias (which has no penalty) after some steps."""
    shapes = [(67, 71), (5,)]
    parameters = [torch.tensor(hashed(shape, seed), dtype=torch.float64, requires_grad=True) for seed, shape in enumerate(shapes, 1)]
    optimizer = make(parameters)
    for step in range(steps):
        optimizer.zero_grad()
        gradients = [torch.tensor(hashed(shape, 10 + 2 * step + place), dtype=torch.float64) for place, shape in enumerate(shapes)]
        loss = sum((p * g).sum() for p, g in zip(parameters, gradients))
        loss = loss + l1 * parameters[0].abs().sum() + l2 * parameters[0].square().sum()
        loss.backward()
        if clip["kind"] == "norm":
            torch.nn.utils.clip_grad_norm_(parameters, clip["max"])
        if clip["kind"] == "value":
            torch.nn.utils.clip_grad_value_(parameters, clip["max"])
        # The rate falls, as under a schedule.
        for group in optimizer.param_groups:
            group["lr"] = spec["learning_rate"] / (1 + step)
        optimizer.step()
    record = {"optimizer": spec, "l1": l1, "l2": l2, "clip": clip, "shapes": shapes, "steps": steps}
    LINES.append(text({**record, "parameters": [digest(parameter) for parameter in parameters]}))


for write in [activations, dense, combinations, convolutions, pools, norms, positions, sequences, recurrent, losses, optimizers]:
    write()
with open(sys.argv[1], "w") as file:
    file.write("\n".join(LINES) + "\n")
print(f"{len(LINES)} cases in {sys.argv[1]}")
