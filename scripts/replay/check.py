"""Short form of table.py, with faults planted in the references: each must be found, and its iteration and layer named.

    python3 scripts/replay/check.py target/release/initlab
"""
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from table import SMALL, export, make_data

HERE = Path(__file__).parent
COMPARE = ["compare", *SMALL, "--iterations", "20", "--batch-size", "32"]
RUNS = {
    "tanh, adam": [*COMPARE, "--activation", "tanh", "--optimizer", "adam", "--learning-rate", "0.003", "--weight-decay", "0.01"],
    "gelu, nesterov, batch norm": [*COMPARE, "--activation", "gelu", "--optimizer", "nesterov", "--learning-rate", "0.03", "--batch-norm"],
    "two rings": ["circles", "--init", "He", "--iterations", "20"],
}
# The run, the script, a line of it and what it becomes, and words of what must be said.
FAULTS = [
    ("tanh, adam", "replay.py", "1 - a * a)", "1 + a * a)", ["after 1 updates, in layers 1 2 3:"]),
    ("tanh, adam", "replay.py", "real(1 - beta1)", "real(1.001 - beta1)", ["after 1 updates, in layers 1 2 3 4:"]),
    ("gelu, nesterov, batch norm", "replay.py", "beta{below}\"] + normal", "beta{below}\"] - normal", ["after 1 updates, in layers 1 2 3:"]),
    ("gelu, nesterov, batch norm", "replay_torch.py", "nesterov=True", "nesterov=False", ["after 1 updates, in layers 1 2 3 4:"]),
    ("tanh, adam", "replay_torch.py", "math.sqrt(1 - ", "math.sqrt(2 - ", ["after 1 updates, in layers"]),
]


def computed(script, run):
    """In single precision, too, the twenty iterations agree to 2e-6."""
    tolerance = "1e-10" if '"f64"' in (run / "spec.json").read_text() else "1e-5"
    ended = subprocess.run([sys.executable, script, run, "--tolerance", tolerance], capture_output=True, text=True)
    return ended.returncode, ended.stdout + ended.stderr


def main():
    torch = subprocess.run([sys.executable, "-c", "import torch"], capture_output=True).returncode == 0
    scripts = ["replay.py", "replay_torch.py"] if torch else ["replay.py"]
    wrong = []
    with tempfile.TemporaryDirectory() as place:
        place, runs = Path(place), {}
        make_data(place / "made.csv")
        for name, words in RUNS.items():
            runs[name] = export(sys.argv[1], words, place, "1,10").rename(place / name)
            for script in scripts:
                code, said = computed(HERE / script, runs[name])
                print(f"{script}: {name}: {said.strip()}")
                wrong += [f"{script}: {name}"] if code else []
        shutil.copytree(HERE, place / "faulty")
        for name, script, line, fault, words in FAULTS:
            if script not in scripts:
                continue
            text = (HERE / script).read_text()
            (place / "faulty" / script).write_text(text.replace(line, fault))
            code, said = computed(place / "faulty" / script, runs[name])
            found = text.count(line) == 1 and code == 1 and all(word in said for word in words)
            print(f"{'found' if found else 'NOT FOUND'}: {line} as {fault} in {script}: {said.strip()}")
            wrong += [] if found else [f"{line} as {fault}"]
            (place / "faulty" / script).write_text(text)
        losses = runs["two rings"] / "losses.npy"
        losses.write_bytes(losses.read_bytes()[:-1] + b"x")
        code, said = computed(HERE / "replay.py", runs["two rings"])
        wrong += [] if code == 2 and "SHA-256" in said else [f"an edited file: {said}"]
    if not torch:
        print("SKIPPED: runs were not computed again in PyTorch, which is not there")
    sys.exit(f"wrong: {'; '.join(wrong)}" if wrong else 0)


if __name__ == "__main__":
    main()
