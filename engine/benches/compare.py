"""Runs this engine and PyTorch by turns and compares them: see `against-pytorch`, which calls this.

Each side is a process of its own that prints one RESULT line (`throughput.rs`, `pytorch.py`). Ratios are
medians over pairs of runs that followed each other; a ratio above 1 is in this engine's favour, for memory
below 1.
"""

import argparse
import csv
import pathlib
import re
import statistics
import subprocess
import sys

WORKLOADS = ["mlp", "cnn", "resnet", "gpt", "lstm", "linreg"]
PYTORCH = pathlib.Path(__file__).with_name("pytorch.py")
# What `import torch` takes before it computes anything is not the workload's.
BARS = {  # against eager, against tuned, peak memory
    "mlp": (2.0, 1.3, 0.1),
    "cnn": (1.5, 1.4, 0.1),
    "resnet": (1.8, 1.2, 0.15),
    "gpt": (1.4, 1.2, 0.15),
    "lstm": (1.1, 1.1, 0.1),
    "linreg": (50.0, 50.0, 0.1),
}
LINE = re.compile(r"RESULT (\S+) (\S+) ([\d.]+) (\S+) .*?(?:ms/step ([\d.]+) rss (\d+)MB)?$")


def run(command):
    """A RESULT line's throughput and peak megabytes."""
    done = subprocess.run(command, capture_output=True, text=True)
    for line in done.stdout.splitlines():
        if match := LINE.match(line):
            return float(match[3]), float(match[6] or 0)
    sys.exit(f"{' '.join(map(str, command))}\nfailed:\n{done.stdout}{done.stderr}")


def pairs(ours, theirs, count):
    """By turns: the medians of both sides' throughput, of the ratios of neighbours, and the peaks."""
    mine, other, ratios, peaks = [], [], [], []
    for index in range(count):
        order = [ours, theirs] if index % 2 == 0 else [theirs, ours]
        results = {id(command): run(command) for command in order}
        (a, a_peak), (b, b_peak) = results[id(ours)], results[id(theirs)]
        mine.append(a), other.append(b), ratios.append(a / b), peaks.append((a_peak, b_peak))
    median = statistics.median
    return median(mine), median(other), median(ratios), [median(side) for side in zip(*peaks)]


def main():
    parser = argparse.ArgumentParser(prog="against-pytorch")
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD")
    parser.add_argument("--ours", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--csv", metavar="FILE", help="write the table here too")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--secs", type=float, default=3.0, help="seconds of each run")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--compile", action="store_true", help="also mlp and gpt under torch.compile")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", choices=["f32", "bf16"], default="f32")
    parser.add_argument("--scaling", action="store_true", help="also step time as batch, sequence and width double")
    given = parser.parse_args()
    if unknown := set(given.workloads) - set(WORKLOADS):
        parser.error(f"no such workload: {', '.join(sorted(unknown))}; there are: {' '.join(WORKLOADS)}")

    common = ["--secs", str(given.secs), "--threads", str(given.threads)]
    common += ["--device", given.device, "--precision", given.precision]
    on_cpu = given.device == "cpu"
    # On a GPU the host's memory says nothing.
    bars = BARS if on_cpu else {name: (1.0, 1.0, float("inf")) for name in WORKLOADS}
    pytorch = lambda name, *more: [sys.executable, str(PYTORCH), name, *common, *more]
    imports = run([sys.executable, str(PYTORCH), "nothing"])[1]
    print(f"{given.threads} threads, medians of {given.pairs} pairs of {given.secs:g} s; ratios above 1 are in our favour")
    print(f"{'workload':10}{'ours':>12}{'eager':>12}{'tuned':>12}{'÷ eager':>9}{'÷ tuned':>9}{'memory':>8}{'beyond':>8}")
    rows, missed = [], []
    for name in given.workloads or WORKLOADS:
        ours = [given.ours, name, *common]
        mine, eager, ratio, (peak, their_peak) = pairs(ours, pytorch(name), given.pairs)
        _, tuned, tuned_ratio, _ = pairs(ours, pytorch(name, "--tuned"), given.pairs)
        memory, beyond = peak / their_peak, peak / max(their_peak - imports, 1.0)
        print(
            f"{name:10}{mine:12.0f}{eager:12.0f}{tuned:12.0f}{ratio:9.2f}{tuned_ratio:9.2f}{memory:8.3f}{beyond:8.2f}",
            flush=True,
        )
        rows.append([name, mine, eager, tuned, ratio, tuned_ratio, memory])
        for value, bar, what, better in [
            (ratio, bars[name][0], "÷ eager", max),
            (tuned_ratio, bars[name][1], "÷ tuned", max),
            (memory, bars[name][2], "memory", min),
        ]:
            if better(value, bar) != value:
                missed.append(f"{name}: {what} is {value:.2f}, the bar is {bar}")
    print(f"memory: peak ÷ PyTorch's peak; beyond: ÷ what PyTorch's peak has beyond its import ({imports:.0f} MB)")
    if given.csv:
        with open(given.csv, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow("workload,ours,eager,tuned,ratio_eager,ratio_tuned,rss_ratio".split(","))
            writer.writerows([name, *(f"{value:.4f}" for value in values)] for name, *values in rows)
    if given.compile:
        for name in ["mlp", "gpt"]:
            _, theirs, ratio, _ = pairs([given.ours, name, *common], pytorch(name, "--compile"), given.pairs)
            print(f"{name} under torch.compile: {theirs:.0f}, ratio {ratio:.2f}")
    if given.scaling:
        scaling(given.ours, common)
    if on_cpu:
        matrix_products(given.ours, common)
    print("\n".join(["", *missed]) if missed else "\nevery bar is met")


def matrix_products(ours, common):
    """How fast matrix products alone are, on both sides."""
    for side, command in [("ours", [ours, "matmul", *common]), ("PyTorch", [sys.executable, str(PYTORCH), "matmul", *common])]:
        lines = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
        sizes = [line.split() for line in lines if line.startswith("RESULT")]
        print(f"matrix products, {side}: " + ", ".join(f"{words[2][6:]}³ {words[3]}" for words in sizes) + " GFLOP/s")


def scaling(ours, common):
    """Step time of the gpt workload as its batch, its sequence and its width double."""
    base = {"batch": 8, "steps": 64, "width": 64}
    time = lambda sizes: 1 / run([ours, "gpt:" + ":".join(str(sizes[key]) for key in base), *common])[0]
    for key in base:
        times = []
        for factor in [1, 2, 4]:
            sizes = {**base, key: base[key] * factor}
            times.append(time(sizes) * sizes["batch"] * sizes["steps"])
        growth = ", ".join(f"× {after / before:.2f}" for before, after in zip(times, times[1:]))
        print(f"gpt, {key} doubled twice from {base}: {growth} a step")


if __name__ == "__main__":
    main()
