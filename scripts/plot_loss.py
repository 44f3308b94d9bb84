#!/usr/bin/env python3
"""Draws results/compare/loss.csv with pandas and matplotlib, for those who live there.

    pip install pandas matplotlib
    python3 scripts/plot_loss.py [results/compare] [--output loss.pdf]

One curve per initializer: the book's Kaiser smoothing over the faint raw losses for one seed; the
mean over seeds with its 95 % band (Student's t) for several.
"""
import argparse
import sys
from pathlib import Path

try:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import numpy as np
    import pandas as pd
except ImportError as missing:
    sys.exit(f"{missing}; this script needs: pip install pandas matplotlib")

# As in src/engine/plot/style.rs; a test compares them.
COLORS = ["#0072b2", "#e69f00", "#000000", "#d55e00", "#56b4e9", "#009e73", "#cc79a7", "#142882", "#8c8c8c", "#783c0a", "#a0aa28", "#6e1e78", "#f08278", "#005028"]
MARKERS = ["o", "s", "D", "^", "v", "x", "+", "h"]
# Student's t, two-sided 95 %, for 1 to 30 degrees of freedom; beyond that the normal's 1.96.
T = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
     2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042]


def smooth(losses):
    """Kaiser window, length 11, beta 2, over the curve mirrored at both ends."""
    if len(losses) < 11 or not np.isfinite(losses).all():
        return losses
    window = np.kaiser(11, 2)
    mirrored = np.r_[losses[10:0:-1], losses, losses[-2:-12:-1]]
    return np.convolve(window / window.sum(), mirrored, mode="valid")[5:-5]


def draw(axes, label, runs, color, marker):
    smoothed = pd.DataFrame({seed: pd.Series(smooth(run.loss.to_numpy())) for seed, run in runs.groupby("seed")})
    mean, n = smoothed.mean(axis=1), smoothed.count(axis=1)
    if smoothed.shape[1] == 1:
        axes.plot(runs.iteration, runs.loss, color=color, alpha=0.25, linewidth=0.7)
    else:
        t = n.map(lambda count: T[min(count - 2, 29)] if count > 1 else np.nan)
        half = t * smoothed.std(axis=1) / np.sqrt(n)
        axes.fill_between(mean.index, mean - half, mean + half, color=color, alpha=0.2, linewidth=0)
        label = f"{label} (n = {smoothed.shape[1]})"
    axes.plot(mean.index, mean, color=color, marker=marker, markevery=100, label=label)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("results/compare"))
    parser.add_argument("--output", type=Path, help="any format matplotlib knows; default: loss-matplotlib.png beside the CSV")
    arguments = parser.parse_args()
    table = pd.read_csv(arguments.folder / "loss.csv")
    figure, axes = plt.subplots(figsize=(9, 6))
    for place, label in enumerate(table.initializer.unique()):
        style = COLORS[place % len(COLORS)], MARKERS[place % len(MARKERS)]
        draw(axes, label, table[table.initializer == label], *style)
    axes.set(xlabel="iterations", ylabel="loss", xlim=(0, table.iteration.max() + 1), ylim=(0, 2.5))
    axes.legend(frameon=False)
    output = arguments.output or arguments.folder / "loss-matplotlib.png"
    figure.savefig(output, dpi=200, bbox_inches="tight")
    print(output)


if __name__ == "__main__":
    main()
