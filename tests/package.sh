#!/usr/bin/env bash
# Builds the wheel and the static binary (scripts/package.sh) and uses both as somebody without Rust would: in an empty
# folder, in a new virtual environment, with nothing on the PATH, and in a chroot that holds nothing else. The tables
# must be those of target/release/initlab, byte for byte. What the machine cannot do is skipped, and said.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
skip() { echo "SKIPPED $*"; }
words=(compare --iterations 60 --init He,Xavier --quiet)

python3 -m venv "$work/venv" 2> /dev/null || { skip "the package: no python3 with venv"; exit 0; }
"$work/venv/bin/pip" download --quiet --no-deps --dest "$work" 'maturin>=1.9,<2' 2> /dev/null ||
    { skip "the package: maturin cannot be had"; exit 0; }
scripts/package.sh "$work/package"
binary=$work/package/initlab
du --apparent-size --human-readable "$work"/package/*
TIMEFORMAT='%R seconds'

for path in "$PWD" "$HOME" "${CARGO_HOME:-$HOME/.cargo}"; do
    if [ "$path" != / ] && grep --quiet --text --fixed-strings -- "$path/" "$binary"; then
        echo "FAILED: the binary holds the path $path"
        exit 1
    fi
done

# Whether a folder of results is that of the ordinary binary.
(mkdir "$work/ordinary" && target=$PWD/target/release/initlab && cd "$work/ordinary" && "$target" "${words[@]}" > /dev/null)
same() {
    diff <(cd "$work/ordinary/results/compare" && sha256sum ./*.csv ./*.svg) <(cd "$1/compare" && sha256sum ./*.csv ./*.svg)
    echo "ok: $2"
}

(mkdir "$work/alone" && cd "$work/alone" && time env -i "$binary" "${words[@]}" >/dev/null)
same "$work/alone/results" "the static binary, without an environment"

time "$work/venv/bin/pip" install --quiet "$work"/package/*.whl
(mkdir "$work/installed" && cd "$work/installed" && time env -i PATH="$work/venv/bin" initlab "${words[@]}" > /dev/null)
same "$work/installed/results" "the wheel"

if [ "$(id -u)" = 0 ]; then
    (mkdir "$work/root" && cp "$binary" "$work/root" && env -i "$(command -v chroot)" "$work/root" /initlab "${words[@]}" --out /results > /dev/null)
    same "$work/root/results" "the static binary in a chroot that holds nothing else"
else
    skip "the chroot: not root"
fi

"$work/venv/bin/pip" install --quiet numpy mypy 2> /dev/null || skip "models of the Python module, its types: no numpy, no mypy"
"$work/venv/bin/python" tests/python_module.py
if [ -x "$work/venv/bin/mypy" ]; then "$work/venv/bin/mypy" --strict python/initlab; fi
