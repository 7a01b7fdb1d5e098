# SPDX-License-Identifier: MIT
# Helpers of the *.test scripts, which talk with a gdb that runs meanwhile. Variables as in session.sh.
set -u
mkdir -p "$SCRATCH" && cd "$SCRATCH" || exit 2
rm -f socket out.txt program.txt in
mkfifo in
export A64RUN_SAVED=off
run=("$A64RUN" -L "$SYSROOT")
trap 'kill -9 ${program:-} ${debugger:-} 2>/dev/null' EXIT

fail() {
    echo "FAIL: $*"
    cat out.txt program.txt 2>/dev/null
    exit 1
}

# wait_for COMMAND...: until it succeeds.
wait_for() {
    waited=0
    until "$@" >/dev/null 2>&1; do
        waited=$((waited + 1))
        [ $waited -lt 1200 ] || fail "waited in vain for: $*"
        sleep 0.05
    done
}

# start_gdb: its commands come by `say`, its words go to out.txt, where those of one before are gone at once.
start_gdb() {
    : >out.txt
    "$GDB" -nx -q -ex 'set pagination off' -ex 'set confirm off' -ex 'set width 0' -ex "set sysroot $SYSROOT" "$@" \
        <in >>out.txt 2>&1 &
    debugger=$!
    exec 3>in
}

say() { printf '%s\n' "$*" >&3; }

# expect REGEX: that its words contain a line like that, later than what was expected before.
seen=0
expect() {
    waited=0
    while :; do
        line=$(tail -n "+$((seen + 1))" out.txt | grep -En "$1" | head -1 | cut -d: -f1)
        [ -n "$line" ] && break
        waited=$((waited + 1))
        [ $waited -lt 1200 ] || fail "gdb did not say: $1"
        sleep 0.05
    done
    seen=$((seen + line))
}

ends_with() {
    wait "$program"
    status=$?
    [ $status -eq "$1" ] || fail "the program ended with $status, expected $1"
}
