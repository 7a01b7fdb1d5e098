# SPDX-License-Identifier: MIT
# Sourced by every test here, with the environment of tests/cli (see ../cli/lib/common.sh).
. "$CLI_DIR/lib/common.sh"
only_a64run
unset CTEST_INTERACTIVE_DEBUG_MODE DASHBOARD_TEST_FROM_CTEST
unset A64RUN_REPORT
ulimit -S -c 0
need_reporter() {
    [ -n "$REPORTER" ] || skip 'this build has no a64report: apt-get install libdw-dev'
}

# has 'regex' file [what]
has() {
    grep -qE -e "$1" "$2" || { echo "--- $2:"; cat "$2"; fail "no '$1' in ${3:-$2}"; }
}
lacks() {
    grep -qE -e "$1" "$2" && { echo "--- $2:"; cat "$2"; fail "'$1' in ${3:-$2}"; }
    :
}

# ask_gdb program core command...: what gdb says, in the file `gdb`.
ask_gdb() {
    program=$1 core=$2
    shift 2
    [ -n "$GDB" ] || skip 'gdb-multiarch is missing: apt-get install gdb-multiarch'
    timeout 100 "$GDB" -nx -batch -ex 'set debuginfod enabled off' -ex "set sysroot $SYSROOT" "$@" "$program" "$core" \
        >gdb 2>&1
}
