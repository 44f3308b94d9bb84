#!/usr/bin/env python3
"""Tables as they come with Python packages: does initlab read them, and learn as well as scikit-learn's MLPClassifier?

    scripts/check_tables.py BINARY

Needs scikit-learn, pandas, statsmodels and vega_datasets. Every table is split once by scikit-learn, a quarter to test on, and written as
CSV. Both train the same network (two hidden layers of 32, ReLU, SGD with momentum 0.9 at 0.01, mini-batches of 32, 40 epochs) from
five seeds. A row says both accuracies on the same test rows, and whether their difference is within the 95 % interval
of a difference of two shares of that many rows, five runs each, the spread over seeds in it.
"""
import csv
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
import pandas
import statsmodels.api
from sklearn import datasets
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler
from vega_datasets import local_data

EPOCHS, BATCH, SEEDS = 40, 32, 5


def of_sklearn(name):
    found = getattr(datasets, f"load_{name}")(as_frame=True)
    return found.frame, "target", []


def of_statsmodels(name, label):
    return getattr(statsmodels.api.datasets, name).load_pandas().data, label, []


def of_vega(name, label, flags=()):
    table = getattr(local_data, name)()
    for column in table.select_dtypes("datetime"):
        table[column] = table[column].dt.dayofyear if name == "seattle_weather" else table[column].dt.year
    return table, label, list(flags)


def adult_like():
    """Texts, gaps and numbers, the class from a rule with noise: real ones of this kind are not in a package."""
    draw = numpy.random.default_rng(1)
    rows = 3000
    work = draw.choice(["Private", "Self-emp", "State-gov", "?"], rows, p=[0.7, 0.1, 0.1, 0.1])
    age, hours = draw.integers(17, 80, rows), draw.integers(10, 70, rows)
    score = 0.05 * age + 0.06 * hours + (work == "Self-emp") + draw.normal(0, 1, rows)
    income = numpy.where(score > numpy.median(score), ">50K", "<=50K")
    return pandas.DataFrame({"age": age, "workclass": work, "hours": hours, "income": income}), "income", ["--missing", "drop"]


TABLES = {
    "iris": lambda: of_sklearn("iris"),
    "wine": lambda: of_sklearn("wine"),
    "breast cancer": lambda: of_sklearn("breast_cancer"),
    "digits": lambda: of_sklearn("digits"),
    "affairs": lambda: of_statsmodels("fair", "rate_marriage"),
    "mode choice": lambda: of_statsmodels("modechoice", "choice"),
    "election 1996": lambda: of_statsmodels("anes96", "PID"),
    "health insurance": lambda: of_statsmodels("randhie", "hlthp"),
    "cars": lambda: of_vega("cars", "Origin", ["--missing", "drop", "--drop", "Name"]),
    "weather": lambda: of_vega("seattle_weather", "weather"),
    "barley": lambda: of_vega("barley", "site"),
    "adult-like": adult_like,
}


def ours(binary, train, test, label, flags, folder):
    """The test accuracies, one per seed."""
    train.to_csv(folder / "train.csv", index=False)
    test.to_csv(folder / "test.csv", index=False)
    rows = len(train)
    words = ["compare", "--quiet", "--init", "He", "--hidden", "32,32", "--optimizer", "momentum", "--learning-rate", "0.01",
             "--batch-size", str(min(BATCH, rows)), "--iterations", str(EPOCHS * max(rows // BATCH, 1)), "--seeds", str(SEEDS),
             "--data", "train.csv", "--test", "test.csv", "--label", label, "--out", "out", *flags]
    ended = subprocess.run([binary, *words], cwd=folder, capture_output=True, text=True)
    if ended.returncode != 0:
        return None, ended.stderr.strip().splitlines()[-1]
    with open(folder / "out/compare/summary.csv") as file:
        return [float(row["test_accuracy"]) for row in csv.DictReader(file)], ""


def theirs(train, test, label, flags):
    """The same of scikit-learn, with the same columns."""
    gone = flags[flags.index("--drop") + 1].split(",") if "--drop" in flags else []
    both = pandas.concat([train, test], keys=["train", "test"]).drop(columns=gone).replace("?", numpy.nan).dropna()
    labels = both.pop(label).astype(str)
    inputs = pandas.get_dummies(both).astype(float)
    scale = StandardScaler().fit(inputs.loc["train"])
    found = []
    for seed in range(1, SEEDS + 1):
        network = MLPClassifier((32, 32), solver="sgd", learning_rate_init=0.01, momentum=0.9, nesterovs_momentum=False, alpha=0,
                                batch_size=BATCH, max_iter=EPOCHS, n_iter_no_change=EPOCHS, tol=0, random_state=seed)
        network.fit(scale.transform(inputs.loc["train"]), labels.loc["train"])
        found.append(network.score(scale.transform(inputs.loc["test"]), labels.loc["test"]))
    return found, len(labels.loc["test"])


def main(binary):
    import warnings
    warnings.filterwarnings("ignore")
    within = read = 0
    print("| table | rows | initlab | scikit-learn | difference | 95 % |\n|---|---|---|---|---|---|")
    for name, make in TABLES.items():
        table, label, flags = make()
        table = table[table[label].notna()]
        train, test = train_test_split(table, test_size=0.25, random_state=1, stratify=table[label])
        with tempfile.TemporaryDirectory() as folder:
            accuracies, refused = ours(binary, train, test, label, flags, Path(folder))
        if accuracies is None:
            print(f"| {name} | {len(table)} | {refused} | | | |")
            continue
        read += 1
        other, rows = theirs(train, test, label, flags)
        a, b = numpy.mean(accuracies), numpy.mean(other)
        seeds = (numpy.var(accuracies, ddof=1) + numpy.var(other, ddof=1)) / SEEDS
        half = 1.96 * numpy.sqrt((a * (1 - a) + b * (1 - b)) / rows + seeds)
        within += abs(a - b) <= half
        print(f"| {name} | {len(table)} | {a:.3f} | {b:.3f} | {a - b:+.3f} | ± {half:.3f} |", flush=True)
    print(f"\n{read} of {len(TABLES)} read; {within} within the interval")


main(str(Path(sys.argv[1]).resolve()))
