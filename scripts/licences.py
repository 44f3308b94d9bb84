#!/usr/bin/env python3
"""The licences of every crate that is linked into the binary, each text once.

    scripts/licences.py TARGET > THIRD-PARTY.txt
"""
import json
import subprocess
import sys
from pathlib import Path

COMMON = ["--locked", "--manifest-path", str(Path(__file__).resolve().parents[1] / "Cargo.toml")]
NAMES = ("LICEN", "COPYING", "NOTICE", "COPYRIGHT", "UNLICENSE")


def linked(target):
    """The crates of the registry that the binary has code of."""
    tree = ["cargo", "tree", *COMMON, "--target", target, "--edges", "normal,no-proc-macro", "--prefix", "none"]
    names = {tuple(line.split()[:2]) for line in subprocess.check_output(tree, text=True).splitlines()}
    metadata = ["cargo", "metadata", *COMMON, "--format-version", "1", "--filter-platform", target]
    packages = json.loads(subprocess.check_output(metadata))["packages"]
    return [p for p in packages if p["source"] and (p["name"], f"v{p['version']}") in names]


def texts(package):
    """The licence files of a crate, also of a font below it."""
    files = Path(package["manifest_path"]).parent.rglob("*")
    return [path.read_text(errors="replace").strip() for path in sorted(files)
            if path.is_file() and path.suffix != ".rs" and path.name.upper().startswith(NAMES)]


crates = {}
for package in sorted(linked(sys.argv[1]), key=lambda package: package["name"]):
    name = f"{package['name']} {package['version']} ({package['license']}), {package['repository']}"
    print(name)
    for text in texts(package):
        crates.setdefault(text, []).append(package["name"])
for text, names in crates.items():
    print(f"\n{'=' * 100}\n{', '.join(names)}\n\n{text}")
