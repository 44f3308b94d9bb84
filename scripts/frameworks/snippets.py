#!/usr/bin/env python3
"""Puts the printed code of burn and candle into a function each, for the Rust program: snippets.py INITLAB FOLDER."""

import sys
from pathlib import Path

from check import is_code, snippets

TYPES = {"burn": "Initializer", "candle": "Init"}


def main():
    initlab, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for framework, kind in TYPES.items():
        preamble, blocks = snippets(initlab, framework)
        blocks = {label: block for label, block in blocks.items() if is_code(block)}
        labels = ", ".join(f'"{label}"' for label in blocks)
        arms = "".join(f'"{label}" => {{\n{block}\n(weight, bias)\n}}\n' for label, block in blocks.items())
        (folder / f"{framework}.rs").write_text(
            f"{preamble}\npub const LABELS: &[&str] = &[{labels}];\n"
            f"pub fn initializers(label: &str, fan_in: usize, fan_out: usize) -> ({kind}, {kind}) {{\n"
            f"let _ = (fan_in, fan_out);\nmatch label {{\n{arms}_ => panic!(\"no {{label}}\"),\n}}\n}}\n")


if __name__ == "__main__":
    main()
