#!/usr/bin/env bash
# The pages of `initlab report` and `initlab lab` in a real browser, their scripts' arithmetic and names. Needs node;
# installs playwright-core, axe-core and typescript below target/, and chromium if it may. What cannot be had is skipped,
# and the last line says so.
set -euo pipefail
cd "$(dirname "$0")/.."
work="$PWD/target/browser"
pages="$work/pages"

skip() { echo "SKIPPED: the page in a browser: $*"; exit 0; }

command -v node >/dev/null || skip "node is missing"
node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' || skip "node is older than 20"
node --test tests/browser/arithmetic.test.mjs tests/browser/network.test.mjs
mkdir -p "$work"
modules=(playwright-core axe-core typescript)
[ "$(ls "$work/node_modules" 2>/dev/null | grep -cxF "$(printf '%s\n' "${modules[@]}")")" = 3 ] ||
  npm install --silent --no-save --prefix "$work" playwright-core@1.65 axe-core@4.14 typescript@5.9 >/dev/null ||
  skip "npm cannot install ${modules[*]}"
# Names that are used before they are declared, or nowhere declared; not properties (2339, 2551): fields that are set
# several at a time are unknown to the checker.
faults=$(node "$work/node_modules/typescript/bin/tsc" --noEmit --allowJs --checkJs --target es2023 \
  --lib es2023,dom,dom.iterable --module esnext --moduleResolution bundler \
  src/report/js/main.js src/report/lab/js/lab.js | grep '^src.*error' | grep -v 'TS2339\|TS2551' || true)
[ -z "$faults" ] || { echo "$faults"; exit 1; }

chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -z "$chromium" ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  apt-get update -qq && apt-get install -y -qq chromium >/dev/null || true
  chromium=$(command -v chromium || true)
fi
[ -n "$chromium" ] || skip "chromium is missing"

initlab=${INITLAB:-target/release/initlab}
[ -n "${INITLAB:-}" ] || cargo build --release --locked
rm -rf "$pages"
run() { "$initlab" "$@" --quiet >/dev/null; }
run compare --iterations 150 --seeds 2 --out "$pages/all" --report
run circles --iterations 300 --out "$pages/all"
run activations --layers 3 --init Xavier,He --out "$pages/all"
run symmetry --iterations 30 --out "$pages/all"
run batch-norm --scales 4 --out "$pages/all"
cat >"$work/tiny.toml" <<'TOML'
init = ["std=0.01", "Xavier", "He"]
depth = [2, 5]
width = 20
iterations = 40
seeds = 2
TOML
run sweep "$work/tiny.toml" --curves --out "$pages"
cat >"$work/panels.toml" <<'TOML'
init = ["Xavier", "He"]
weight_decay = [0, 0.1]
depth = [1, 2]
activation = ["relu", "tanh"]
width = 20
iterations = 40
seeds = 2
[heatmap]
x = "weight_decay"
y = "init"
TOML
run sweep "$work/panels.toml" --out "$pages"
run circles --init He,zeros --learning-rate 1e30 --iterations 5 --seeds 2 --out "$pages/far"
"$initlab" report "$pages/far" >/dev/null
"$initlab" report "$pages/all" >/dev/null
"$initlab" report "$pages/sweep/tiny" >/dev/null
"$initlab" report "$pages/sweep/panels" >/dev/null
cp -r "$pages/all" "$pages/hostile"
sed -i 's|Xavier|<script>hacked=1</script>|' "$pages/hostile"/*/*.csv
"$initlab" report "$pages/hostile" >/dev/null
cp -r "$pages/all" "$pages/damaged"
echo 'one,cell,too,many' >>"$pages/damaged/compare/summary.csv"
"$initlab" report "$pages/damaged" >/dev/null && exit 1 

BROWSER_PAGES="$pages" BROWSER_MODULES="$work" CHROMIUM="$chromium" node --test tests/browser/page.test.mjs
"$initlab" lab --out "$pages" >/dev/null
LAB="$pages/lab.html" INITLAB="$(realpath "$initlab")" BROWSER_MODULES="$work" CHROMIUM="$chromium" node --test tests/browser/lab.test.mjs
