# SPDX-License-Identifier: MIT
# Sourced by every test here. Given in the environment: A64RUN (the emulator), RUNNER (tells exit from
# signal), GUEST (folder of guest programs), MANGLE, CC (cross compiler), SYSROOT, SCRATCH, SOURCE_DIR.
set -u
LC_ALL=C
export LC_ALL
rm -rf "$SCRATCH"
mkdir -p "$SCRATCH"
cd "$SCRATCH" || exit 1
# What a user may have set for his own work must not decide a test.
for name in $(env | sed -n 's/^\(QEMU_[A-Z_]*\|A64RUN_[A-Z_]*\|LD_LIBRARY_PATH\)=.*/\1/p'); do
    case $name in A64RUN_TIER | A64RUN_SAVED | A64RUN_REPORT) ;; *) unset "$name" ;; esac
done

fail() {
    echo "FAIL: $*"
    [ -f out ] && sed 's/^/  stdout: /' out | head -20
    [ -f err ] && sed 's/^/  stderr: /' err | head -20
    exit 1
}

skip() {
    echo "skipped: $*"
    exit 77
}

# Messages and manners are a64run's own; the reference emulator has others.
only_a64run() {
    case $A64RUN in *qemu*) skip "judges a64run's own messages, not those of $A64RUN" ;; esac
}

# run command...: leaves stdout in `out`, stderr in `err`, and "exit N" or "signal N" in $ended.
run() {
    timeout -s KILL 60 "$RUNNER" -p -- "$@" >out 2>err.all
    ended=$(sed -n 's/^ended: //p' err.all | tail -n 1)
    grep -v '^ended: ' err.all >err
    [ -n "$ended" ] || fail "no ending of: $*"
    # The reference announces deaths of the guest.
    case $A64RUN in *qemu*) sed -i '/^qemu: uncaught target signal/d' err ;; esac
}

ends_with() {
    [ "$ended" = "$1" ] || fail "ended by '$ended', expected '$1'"
}

prints() {
    printf '%s\n' "$1" | cmp -s - out || fail "stdout is not: $1"
}

quiet() {
    [ ! -s err ] || fail "unexpected stderr"
}

# succeeds expected-output command...
succeeds() {
    expected=$1
    shift
    run "$@"
    ends_with 'exit 0'
    prints "$expected"
    quiet
}

# refuses 'regex ...' command...: one line from a64run that matches every regex, non-zero exit,
# nothing on stdout, no crash.
refuses() {
    words=$1
    shift
    run "$@"
    case $ended in
    'exit 0') fail "accepted: $*" ;;
    exit*) ;;
    *) fail "died by $ended: $*" ;;
    esac
    [ "$(wc -l <err)" = 1 ] || fail "not one line: $*"
    [ ! -s out ] || fail "wrote to stdout: $*"
    grep -q '^a64run: ' err || fail "does not begin with 'a64run: ': $*"
    [ "$(wc -c <err)" -lt 600 ] || fail "too long: $*"
    for word in $words; do
        grep -qiE -e "$word" err || fail "does not say '$word': $*"
    done
}

TOOL=$GUEST/tool.static
TOOL_DYNAMIC=$GUEST/tool.dynamic
