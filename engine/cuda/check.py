"""Compiles every .cu file with NVRTC, and holds every kernel, compiled for the processor, against numpy.

usage: check.py FOLDER (for what is compiled)
"""

import ctypes
import math
import pathlib
import re
import subprocess
import sys

import numpy as np

HERE = pathlib.Path(__file__).parent
SOURCES = sorted(HERE.glob("*.cu"))
CHIPS = ["compute_80", "compute_90"]
# Odd sizes, rows shorter and longer than a block.
SHAPES = [(1, 1), (3, 5), (4, 64), (7, 300), (130, 33)]
random = np.random.default_rng(1)


def text(source):
    return (HERE / "block.cuh").read_text() + source.read_text()


def compile_for_chips():
    """NVRTC needs no GPU."""
    import nvidia

    folder = pathlib.Path(list(nvidia.__path__)[0])
    # NVRTC asks for this one by its name alone.
    ctypes.CDLL(str(next(folder.rglob("libnvrtc-builtins.so.13.0"))))
    nvrtc = ctypes.CDLL(str(next(folder.rglob("libnvrtc.so.13"))))
    for source in SOURCES:
        for chip in CHIPS:
            program = ctypes.c_void_p()
            code = text(source).encode()
            nvrtc.nvrtcCreateProgram(ctypes.byref(program), code, source.name.encode(), 0, None, None)
            options = (ctypes.c_char_p * 1)(f"--gpu-architecture={chip}".encode())
            failed = nvrtc.nvrtcCompileProgram(program, 1, options)
            size = ctypes.c_size_t()
            nvrtc.nvrtcGetProgramLogSize(program, ctypes.byref(size))
            log = ctypes.create_string_buffer(size.value)
            nvrtc.nvrtcGetProgramLog(program, log)
            if failed or len(log.value) > 0:
                sys.exit(f"{source.name} for {chip}:\n{log.value.decode()}")
            print(f"{source.name} for {chip}: compiled")


class Kernels:
    """The kernels of all files for the processor."""

    def __init__(self, folder):
        declared = re.compile(r'extern "C" __global__ void (\w+)\(([^)]*)\)')
        self.functions = {}
        for source in SOURCES:
            expand = ["g++", "-E", "-P", "-x", "c++", "-"]
            plain = subprocess.run(expand, input=text(source), text=True, check=True, stdout=subprocess.PIPE).stdout
            launchers = []
            for name, parameters in declared.findall(plain):
                names = ", ".join(re.findall(r"(\w+)(?:,|$)", parameters))
                launchers.append(
                    f'extern "C" void launch_{name}(unsigned across, unsigned down, unsigned threads, {parameters}) '
                    f"{{ launch(across, down, threads, [=] {{ {name}({names}); }}); }}"
                )
            code = folder / f"{source.stem}.cpp"
            code.write_text(f'#include "{HERE.resolve()}/threads.h"\n{text(source)}\n' + "\n".join(launchers))
            library = folder / f"{source.stem}.so"
            options = ["-std=c++20", "-O1", "-shared", "-fPIC", "-pthread", "-Wall", "-Werror", "-Wno-unused-function"]
            subprocess.run(["g++", *options, "-o", library, code], check=True)
            loaded = ctypes.CDLL(str(library.resolve()))
            for name, parameters in declared.findall(plain):
                self.functions[name] = (getattr(loaded, f"launch_{name}"), parameters.split(","))
        self.ran = set()

    def run(self, name, blocks, *arguments, threads=64):
        function, parameters = self.functions[name]
        assert len(parameters) == len(arguments), name
        kinds = {"float": ctypes.c_float, "long long": ctypes.c_longlong}
        words = []
        for parameter, argument in zip(parameters, arguments):
            if "*" in parameter:
                assert argument.flags.c_contiguous
                words.append(argument.ctypes.data_as(ctypes.c_void_p))
            else:
                words.append(kinds[parameter.rsplit(None, 1)[0].strip()](argument))
        function(*map(ctypes.c_uint, (*blocks, threads)), *words)
        self.ran.add(name)


def numbers(*shape):
    return random.uniform(-2.0, 2.0, shape).astype(np.float32)


def blank(*shape):
    return np.full(shape, np.nan, np.float32)


def close(what, got, expected, tolerance=2e-6):
    scale = max(1.0, float(np.abs(expected).max(initial=0.0)))
    apart = float(np.abs(got.astype(np.float64) - expected).max(initial=0.0))
    if not apart <= tolerance * scale:
        sys.exit(f"{what}: {apart:e} apart of {scale:g}")


def softmaxed(x):
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def check_softmax(kernels, rows, width):
    x, dy, y, dx = numbers(rows, width) * 5, numbers(rows, width), blank(rows, width), blank(rows, width)
    kernels.run("softmax", (rows, 1), x, y, width)
    shares = softmaxed(x.astype(np.float64))
    close("softmax", y, shares)
    kernels.run("softmax_backward", (rows, 1), y, dy, dx, width)
    close("softmax_backward", dx, shares * (dy - (shares * dy).sum(axis=1, keepdims=True)))


def check_cross_entropy(kernels, rows, classes):
    for smoothing, ignored, weighted in [(0.0, -1, False), (0.1, -1, True), (0.2, 0, True)]:
        x, labels = numbers(rows, classes) * 5, random.integers(0, classes, rows).astype(np.uint32)
        weights = np.abs(numbers(classes)) + 0.1 if weighted else np.ones(classes, np.float32)
        counts = blank(rows)
        kernels.run("label_weights", (2, 1), labels, weights, counts, rows, classes, ignored)
        counted = labels != ignored
        expected = np.where(counted, weights[labels], 0.0)
        close("label_weights", counts, expected)
        total = expected.astype(np.float64).sum()
        share = np.array([1.0 / total if total > 0 else 1.0], np.float32)
        losses, dx = blank(rows), blank(rows, classes)
        arguments = (x, labels, weights, share, losses, dx, classes, ignored, smoothing)
        kernels.run("cross_entropy", (rows, 1), *arguments)
        target = weights * ((1.0 - smoothing) * np.eye(classes)[labels] + smoothing / classes)
        target = target * counted[:, None] * share
        shares = softmaxed(x.astype(np.float64))
        close("cross_entropy", losses.sum(), -(target * np.log(shares)).sum(), 1e-5)
        close("cross_entropy's gradient", dx, shares * target.sum(axis=1, keepdims=True) - target)


def check_layer_norm(kernels, rows, width):
    x, dy, weight, bias = numbers(rows, width), numbers(rows, width), numbers(width), numbers(width)
    y, dx, mean, inverse = blank(rows, width), blank(rows, width), blank(rows), blank(rows)
    epsilon = 1e-5
    kernels.run("layer_norm", (rows, 1), x, weight, bias, y, mean, inverse, width, epsilon)
    wide = x.astype(np.float64)
    scale = 1.0 / np.sqrt(wide.var(axis=1, keepdims=True) + epsilon)
    n = (wide - wide.mean(axis=1, keepdims=True)) * scale
    close("layer_norm", y, n * weight + bias, 1e-5)
    close("its mean", mean, wide.mean(axis=1))
    close("its scale", inverse, scale[:, 0], 1e-5)
    kernels.run("layer_norm_backward", (rows, 1), dy, x, mean, inverse, weight, dx, width)
    g = dy.astype(np.float64) * weight
    expected = (g - g.mean(axis=1, keepdims=True) - n * (g * n).mean(axis=1, keepdims=True)) * scale
    close("layer_norm_backward", dx, expected, 1e-5)
    for stretches in {1, 3, -(-rows // 64)}:
        dweight, dbias = blank(stretches, width), blank(stretches, width)
        blocks = (-(-width // 32), stretches)
        kernels.run("layer_norm_weights", blocks, dy, x, mean, inverse, dweight, dbias, rows, width)
        close("layer_norm_weights", dweight.sum(axis=0), (dy * n).sum(axis=0), 1e-5)
        close("layer_norm_weights' bias", dbias.sum(axis=0), dy.astype(np.float64).sum(axis=0), 1e-5)


def below(x):
    return 0.5 * (1.0 + np.vectorize(math.erf)(x / math.sqrt(2.0)))


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def bent(x):
    return 2.0 * math.sqrt(2.0 / math.pi) * (x + 0.044715 * x**3)


# In the order of the source: a parameter, the function, and its slope from x.
FUNCTIONS = [
    (0.0, lambda x, p: np.where(x <= 0, 0, x), lambda x, p: np.where(x <= 0, 0.0, 1.0)),
    (0.1, lambda x, p: np.where(x <= 0, p * x, x), lambda x, p: np.where(x <= 0, p, 1.0)),
    (1.5, lambda x, p: np.where(x <= 0, p * np.expm1(x), x), lambda x, p: np.where(x <= 0, p * np.exp(x), 1.0)),
    (0.0, lambda x, p: x * below(x), None),
    (0.0, lambda x, p: x * sigmoid(bent(x)), None),
    (0.0, lambda x, p: x * sigmoid(x), None),
    (0.0, lambda x, p: np.tanh(x), None),
    (0.0, lambda x, p: sigmoid(x), None),
]
KEEPS_OUTPUT = {0, 6, 7}


def narrowed(x):
    """f32 as the bits of the nearest bf16."""
    bits = x.view(np.uint32).astype(np.uint64)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def widened(bits):
    return (bits.astype(np.uint32) << 16).view(np.float32)


def check_activation(kernels, rows, width):
    for kind, (parameter, function, slope) in enumerate(FUNCTIONS):
        x, dy = numbers(rows, width) * 3, numbers(rows, width)
        for narrow in (False, True):
            if narrow:
                x, dy = widened(narrowed(x)), widened(narrowed(dy))
            given = narrowed if narrow else (lambda x: x)
            taken = widened if narrow else (lambda x: x)
            tolerance = 1 / 128 if narrow else 1e-6
            suffix = "bf16" if narrow else "f32"
            y, dx = given(blank(rows, width)), given(blank(rows, width))
            kernels.run(f"activate_{suffix}", (2, 1), given(x), y, x.size, kind, parameter)
            wide = x.astype(np.float64)
            close(f"function {kind}", taken(y), function(wide, parameter), tolerance)
            step = 1e-6
            slopes = (
                slope(wide, parameter)
                if slope
                else (function(wide + step, parameter) - function(wide - step, parameter)) / (2 * step)
            )
            kept = y if kind in KEEPS_OUTPUT else given(x)
            kernels.run(f"activate_backward_{suffix}", (2, 1), kept, given(dy), dx, x.size, kind, parameter)
            close(f"function {kind}'s slope", taken(dx), slopes * dy, 4 * tolerance)
    # To the nearest bf16; one and a half times a bf16 often lies halfway between two.
    x = widened(narrowed(-np.abs(numbers(999))))
    y = narrowed(blank(999))
    kernels.run("activate_bf16", (1, 1), narrowed(x), y, 999, 1, 1.5)
    if not (y == narrowed(x * np.float32(1.5))).all():
        sys.exit("bf16 is not rounded to the nearest")
    # What is not a number stays so, and what is far out has a slope.
    odd = np.array([np.nan, np.inf, 1e30, -1e30, 0.0], np.float32)
    for kind, (parameter, _, _) in enumerate(FUNCTIONS):
        y, dx, one = blank(5), blank(5), np.ones(5, np.float32)
        kernels.run("activate_f32", (1, 1), odd, y, 5, kind, parameter)
        kernels.run("activate_backward_f32", (1, 1), y if kind in KEEPS_OUTPUT else odd, one, dx, 5, kind, parameter)
        if not np.isnan(y[0]) or not np.isfinite(y[2:4]).all() and kind != 1 or not np.isfinite(dx[2:]).all():
            sys.exit(f"function {kind} of {odd}: {y}, slope {dx}")


def check_optimizers(kernels, rows, width):
    rate = 0.05
    for nesterov in (None, 0, 1):
        p, v = numbers(rows, width), np.zeros((rows, width), np.float32)
        want_p, want_v = p.astype(np.float64), v.astype(np.float64)
        for _ in range(3):
            g = numbers(rows, width)
            if nesterov is None:
                kernels.run("sgd", (2, 1), p, g, p.size, rate)
                want_p -= rate * g
            else:
                kernels.run("momentum", (2, 1), p, g, v, p.size, nesterov, rate, 0.9)
                want_v = 0.9 * want_v + g
                want_p -= rate * (g + 0.9 * want_v if nesterov else want_v)
        close(f"sgd, nesterov {nesterov}", p, want_p)
    for decay in (0.0, 0.1):
        p, m, v = numbers(rows, width), np.zeros((rows, width), np.float32), np.zeros((rows, width), np.float32)
        want_p, want_m, want_v = (x.astype(np.float64) for x in (p, m, v))
        beta1, beta2, epsilon = 0.9, 0.999, 1e-8
        for t in range(1, 4):
            g = numbers(rows, width)
            left, bias1, bias2 = 1.0 - rate * decay, 1.0 - beta1**t, 1.0 - beta2**t
            arguments = (left, rate / bias1, beta1, 1 - beta1, beta2, 1 - beta2, math.sqrt(bias2), epsilon)
            kernels.run("adam", (2, 1), p, g, m, v, p.size, *arguments)
            want_m = beta1 * want_m + (1 - beta1) * g
            want_v = beta2 * want_v + (1 - beta2) * g.astype(np.float64) ** 2
            want_p = want_p * left - rate * (want_m / bias1) / (np.sqrt(want_v / bias2) + epsilon)
        close(f"adam, decay {decay}", p, want_p, 1e-5)


def main():
    compile_for_chips()
    kernels = Kernels(pathlib.Path(sys.argv[1]))
    for rows, width in SHAPES:
        for check in (check_softmax, check_cross_entropy, check_layer_norm, check_activation, check_optimizers):
            check(kernels, rows, width)
    left_out = set(kernels.functions) - kernels.ran
    if left_out:
        sys.exit(f"nothing was checked of {sorted(left_out)}")
    print(f"{len(kernels.ran)} kernels give numpy's numbers")


main()
