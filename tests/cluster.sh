#!/usr/bin/env bash
# One grid of 24 runs, on this machine alone, in a folder without locks, on a real Slurm, on a real HyperQueue
# and with GNU parallel: the assembled files must be the same, byte for byte.
#
#   tests/cluster.sh [FOLDER]
#
# Nothing is installed: the engines are unpacked below FOLDER (a temporary one by default; naming one
# keeps the downloads). An engine that cannot be had is skipped, and the last line says so. Ends with
# 1 if any bytes differ.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
work=${1:-$(mktemp -d)}
mkdir -p "$work"
work=$(cd "$work" && pwd)
export INITLAB=${INITLAB:-$root/target/release/initlab}
skipped=()
processes=()
log=

main() {
    exec 3>&1
    [ -x "$INITLAB" ] || (cd "$root" && cargo build --release --locked)
    trap 'end $?' EXIT
    cd "$work"
    write_grid
    alone
    try lockless get_lockless lockless_shares
    try slurm get_slurm slurm_array
    try hyperqueue get_hyperqueue hyperqueue_job
    try parallel get_parallel parallel_jobs
    summary
}

# Runs of about half a second: a task of eight is long enough to be killed in its middle.
write_grid() {
    cat > grid.toml <<'GRID'
init = ["std=0.01", "Xavier", "He"]
depth = [2, 5]
learning_rate = [0.01, 0.1]
width = 50
iterations = 400
seeds = 2
GRID
    command=(sweep "$work/grid.toml" --curves --data "$root/data")
}

say() { printf '== %s\n' "$*" >&3; }

# try NAME GET RUN: gets an engine, runs the grid on it and compares; skips what cannot be had.
try() {
    if ! "$2" > "$1.log" 2>&1; then
        say "SKIPPED $1: it cannot be installed here; the end of $work/$1.log:"
        tail -n 3 "$1.log" >&2
        skipped+=("$1")
        return
    fi
    say "$1"
    rm -rf "results-$1"
    log=$work/$1.log
    "$3" "${command[@]}" --out "$work/results-$1" >> "$log" 2>&1
    "$INITLAB" "${command[@]}" --out "results-$1" --quiet >> "$log" 2>&1
    compare "results-$1"
}

alone() {
    say "this machine alone"
    rm -rf results-alone
    "$INITLAB" "${command[@]}" --out results-alone --quiet > alone.out
}

# Everything that is assembled, but for run.json, which tells times and machines.
compare() {
    diff -r --exclude run.json --exclude runs --exclude .lock results-alone "$1"
    diff -r --exclude seconds.log results-alone/sweep/grid/runs "$1/sweep/grid/runs"
    say "the same $(find "$1/sweep/grid" -maxdepth 1 -name '*.*v*' | wc -l) tables and figures, byte for byte"
}

# Unpacks Debian packages without installing them.
unpack() {
    local folder=$1
    shift
    [ -d "$folder/usr" ] && return
    mkdir -p packages
    (cd packages && apt-get download "$@") || return 1
    for package in "$@"; do
        dpkg-deb -x packages/"${package}"_*.deb "$folder" || return 1
    done
}

# A library that gives every process a file system without locks, as some network file systems are.
get_lockless() {
    printf '#include <errno.h>\nint flock(int f, int o) { (void)f; (void)o; errno = ENOSYS; return -1; }\n' > lockless.c
    cc -shared -fPIC -o lockless.so lockless.c
}

# Three shares at once, and a command that assembles them: each warns or needs no lock.
lockless_shares() {
    local shares=()
    for share in 0 1 2; do
        LD_PRELOAD=$work/lockless.so "$INITLAB" "$@" --quiet --shard "$share/3" &
        shares+=($!)
    done
    for share in "${shares[@]}"; do wait "$share"; done
    LD_PRELOAD=$work/lockless.so "$INITLAB" "$@" --quiet 2> lockless.said
    grep "cannot be locked" lockless.said
}

get_slurm() {
    unpack slurm slurmctld slurmd slurm-client slurm-wlm-basic-plugins libmunge2 libhwloc15 liblua5.1-0 ||
        return 1
    configure_slurm
    local state=$work/slurm-state libraries=$work/slurm/usr/lib/x86_64-linux-gnu
    export SLURM_CONF=$state/slurm.conf
    # Nothing but Slurm itself must see its libraries.
    with_slurm=(env "PATH=$work/slurm/usr/bin:$work/slurm/usr/sbin:$PATH"
        "LD_LIBRARY_PATH=$libraries/slurm-wlm:$libraries")
    "${with_slurm[@]}" slurmctld-wlm -D -f "$SLURM_CONF" > "$state/controller.out" 2>&1 &
    processes+=($!)
    "${with_slurm[@]}" slurmd-wlm -D -f "$SLURM_CONF" -d "$work/slurm/usr/sbin/slurmstepd-wlm" \
        > "$state/node.out" 2>&1 &
    processes+=($!)
    for _ in $(seq 60); do
        "${with_slurm[@]}" sinfo --noheader --format %T 2> /dev/null | grep -q idle && return
        sleep 0.5
    done
    tail "$state"/*.out
    return 1
}

# One node, this one; no accounting, no authentication, no daemon of the system.
configure_slurm() {
    local state=$work/slurm-state host
    host=$(hostname)
    rm -rf "$state"
    mkdir -p "$state/save" "$state/spool"
    cat > "$state/slurm.conf" <<CONF
ClusterName=initlab
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=26917
SlurmdPort=26918
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/none
CredType=cred/none
PluginDir=$work/slurm/usr/lib/x86_64-linux-gnu/slurm-wlm
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/builtin
ReturnToService=2
StateSaveLocation=$state/save
SlurmdSpoolDir=$state/spool
SlurmctldPidFile=$state/controller.pid
SlurmdPidFile=$state/node.pid
SlurmctldLogFile=$state/controller.log
SlurmdLogFile=$state/node.log
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 RealMemory=1000 State=UNKNOWN
PartitionName=main Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
}

# An array of three tasks; one is killed once it has a run done, and submitted again alone.
slurm_array() {
    local job runs=$work/results-slurm/sweep/grid/runs
    job=$(submit --array=0-2 "$@")
    until ls "$runs"/*.run > /dev/null 2>&1; do sleep 0.1; done
    "${with_slurm[@]}" scancel --signal=KILL --full "${job}_1" || true
    while "${with_slurm[@]}" squeue --noheader --job "$job" 2> /dev/null | grep -q .; do sleep 0.5; done
    say "$(find "$runs" -name '*.run' | wc -l) of 24 runs are done, one task of three was killed"
    submit --wait --array=1 "$@" > /dev/null
    say "$(find "$runs" -name '*.run' | wc -l) of 24 after that task was submitted again"
}

submit() {
    local options=()
    while [[ $1 == --* ]]; do
        options+=("$1")
        shift
    done
    # A job gets no environment but this: the unpacked libraries are Slurm's alone.
    "${with_slurm[@]}" sbatch --parsable --export="INITLAB=$INITLAB,PATH=/usr/bin:/bin" --chdir="$work" \
        --output="$work/slurm-%A_%a.out" "${options[@]}" "$root/scripts/cluster/slurm.sh" "$@"
}

# The wheel has no hq command, but a cluster of its own.
get_hyperqueue() {
    [ -x python/bin/python ] || python3 -m venv python
    python/bin/python -c 'import hyperqueue' 2> /dev/null || python/bin/pip install --quiet hyperqueue
    python/bin/python -c 'import hyperqueue'
}

# The line that hyperqueue.sh would submit, as tasks of one job; HyperQueue numbers them from 0.
hyperqueue_job() {
    printf '#!/bin/sh\nprintf "%%s\\n" "$@"\n' > words
    chmod +x words
    HQ=$work/words "$root/scripts/cluster/hyperqueue.sh" 5 "$@" > hyperqueue.line
    python/bin/python - <<'PYTHON'
from hyperqueue import Job, LocalCluster

line = open("hyperqueue.line").read().splitlines()
options, program = line[: line.index("--")], line[line.index("--") + 1 :]
first, last = options[options.index("--array") + 1].split("-")
with LocalCluster() as cluster:
    cluster.start_worker()
    job = Job()
    for _ in range(int(first), int(last) + 1):
        job.program(program)
    client = cluster.client()
    client.wait_for_jobs([client.submit(job)])
PYTHON
}

get_parallel() {
    perl -v && unpack parallel parallel || return 1
    PATH=$work/parallel/usr/bin:$PATH parallel --version
}

parallel_jobs() {
    PATH=$work/parallel/usr/bin:$PATH "$root/scripts/cluster/parallel.sh" 7 "$@"
}

# Ends what this script has started, and nothing else; after a failure tells where it stood.
end() {
    if [ "$1" -ne 0 ]; then
        say "FAILED; the end of $log:"
        [ -z "$log" ] || tail -n 20 "$log" >&2
    fi
    for process in "${processes[@]}"; do
        kill "$process" 2> /dev/null || true
    done
    wait
}

summary() {
    if [ ${#skipped[@]} -eq 0 ]; then
        say "Slurm, HyperQueue and GNU parallel give the bytes of one machine alone"
    else
        say "NOT TESTED, because they could not be installed: ${skipped[*]}"
    fi
}

main
