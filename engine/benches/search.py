"""Optuna's side of `benches/search`: its samplers on the same task, over the same number of seeds."""

import argparse
import json
import math
import statistics
import subprocess
import sys
import warnings

import numpy
import optuna

SEEDS = 20
KINDS = ["sgd", "adam", "rms-prop", "adagrad"]


def task(trial):
    """As `src/search/tests/task.rs`."""
    rate = math.log10(trial.suggest_float("rate", 1e-5, 1, log=True))
    units = math.sqrt(trial.suggest_int("units", 8, 256) / 256)
    dropout = trial.suggest_float("dropout", 0, 0.8)
    kind = {"adam": 0.0, "rms-prop": 0.02, "sgd": 0.05, "adagrad": 0.08}[trial.suggest_categorical("kind", KINDS)]
    noise = trial.suggest_float("noise", 0, 1)
    return (
        0.5 * min((rate + 2.5 + 0.8 * units) ** 2, 4)
        + (units - 0.7) ** 2
        + 2 * (dropout - 0.2 - 0.3 * units) ** 2
        + kind
        + 0.02 * noise
    )


def bests(sampler, trials):
    def best(seed):
        study = optuna.create_study(sampler=sampler(seed=seed))
        study.optimize(task, n_trials=trials)
        return study.best_value

    return [best(seed) for seed in range(SEEDS)]


def compare(ours, counts):
    print(f"medians over {SEEDS} seeds (quartiles), Optuna {optuna.__version__}; less is better")
    is_behind = False
    for trials in counts:
        told = json.loads(subprocess.run([ours, str(trials), str(SEEDS)], check=True, capture_output=True).stdout)
        rows = {
            "ours, random": told["random"],
            "Optuna, random": bests(optuna.samplers.RandomSampler, trials),
            "ours, TPE": told["tpe"],
            "Optuna, TPE": bests(optuna.samplers.TPESampler, trials),
        }
        print(f"\nafter {trials} trials")
        for name, values in rows.items():
            low, middle, high = statistics.quantiles(values, n=4)
            print(f"  {name:15} {middle:.4f}  ({low:.4f} to {high:.4f})")
        mine, theirs = rows["ours, TPE"], rows["Optuna, TPE"]
        # How far the difference of two medians of twenty strays by itself (1.25 standard errors each, twice).
        spread = 2 * 1.2533 * math.sqrt((statistics.variance(mine) + statistics.variance(theirs)) / SEEDS)
        is_behind |= statistics.median(mine) > statistics.median(theirs) + spread
    return is_behind


def densities():
    """Prints the densities of Optuna's Parzen estimator as the test has them."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
    from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
    from optuna.samplers._tpe.sampler import default_weights

    parameters = _ParzenEstimatorParameters(
        prior_weight=1.0,
        consider_magic_clip=True,
        consider_endpoints=False,
        weights=default_weights,
        multivariate=True,
    )
    many = [((7 * index) % 31) / 31 * 4 - 2 for index in range(40)]
    cases = [
        ("Axis::Line { low: -2.0, high: 3.0 }", FloatDistribution(-2, 3), [], [-2.0, 0.5, 3.0]),
        ("Axis::Line { low: -2.0, high: 3.0 }", FloatDistribution(-2, 3), [0.0, 0.25, 2.9], [-1.9, 0.1, 0.3, 2.8]),
        ("Axis::Line { low: -2.0, high: 3.0 }", FloatDistribution(-2, 3), many, [-1.5, 0.0, 2.5]),
        ("Axis::Steps { low: 1.0, high: 8.0, step: 1.0 }", IntDistribution(1, 8), [2, 3, 3, 8], [1, 3, 5, 8]),
        ("Axis::Ratios { low: 2.0, high: 40.0 }", IntDistribution(2, 40, log=True), [3, 20, 40], [2, 7, 40]),
        ("Axis::Choice(4)", CategoricalDistribution([0, 1, 2, 3]), [2, 2, 0], [0, 1, 2, 3]),
    ]
    for axis, distribution, seen, places in cases:
        estimator = _ParzenEstimator({"x": numpy.array(seen, dtype=float)}, {"x": distribution}, parameters)
        logs = estimator.log_pdf({"x": numpy.array(places, dtype=float)})
        place = lambda number: math.log(number) if "Ratios" in axis else float(number)
        numbers = ", ".join(repr(place(number)) for number in seen)
        pairs = ", ".join(f"({place(number)!r}, {log:.9f})" for number, log in zip(places, logs))
        print(f"    ({axis}, &[{numbers}], &[{pairs}]),")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ours")
    parser.add_argument("--densities", action="store_true")
    parser.add_argument("trials", nargs="*", type=int)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    if asked.densities:
        return densities()
    sys.exit(1 if compare(asked.ours, asked.trials or [40, 80, 160]) else 0)


if __name__ == "__main__":
    main()
