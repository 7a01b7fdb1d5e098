# SPDX-License-Identifier: MIT
# -strace writes the calls to stderr and leaves the guest's own output alone.
. "$SOURCE_DIR/lib/common.sh"
traced() {
    run "$@"
    ends_with 'exit 0'
    prints 'Hello, World!'
    case $A64RUN in
    *qemu*) grep -q 'write(1,' err || fail 'no write in the trace' ;;
    *) grep -qE 'write\(1,.*Hello, World!.*\) *= *14' err || fail 'no write in the trace' ;;
    esac
    grep -qE 'exit_group\(0\)' err || fail 'no exit_group in the trace'
}
traced "$A64RUN" -strace "$TOOL"
traced env QEMU_STRACE=1 "$A64RUN" "$TOOL"
only_a64run
traced env A64RUN_STRACE=1 "$A64RUN" "$TOOL"
run "$A64RUN" -strace -D log "$TOOL"
prints 'Hello, World!'
quiet
grep -q 'exit_group(0)' log || fail 'no trace in the -D file'
run "$A64RUN" -strace "$TOOL" segv
ends_with 'signal 11'
grep -q SIGSEGV err || fail 'the trace does not show the signal'
