# SPDX-License-Identifier: MIT
# Two hundred programs in a row leave no file, no shared memory and no process behind.
. "$SOURCE_DIR/lib/common.sh"
mkdir tmp
TMPDIR=$PWD/tmp
export TMPDIR

# What this test's user has: others may be running, whose names are others.
shared_memory() {
    { ls /dev/shm; cat /proc/sysvipc/shm; } 2>/dev/null | grep -c a64
}

before=$(shared_memory)
n=0
while [ $n -lt 200 ]; do
    case $((n % 4)) in
    0) "$A64RUN" "$TOOL" env >out 2>err </dev/null ;;
    1) "$A64RUN" -L "$SYSROOT" "$TOOL_DYNAMIC" env >out 2>err </dev/null ;;
    2) "$A64RUN" "$TOOL" copy >out 2>err </dev/null ;;
    3) "$A64RUN" "$TOOL" kill 9 >out 2>err </dev/null ;;
    esac
    n=$((n + 1))
done
[ -z "$(ls -A tmp)" ] || fail "files in TMPDIR: $(ls -A tmp)"
[ "$(shared_memory)" = "$before" ] || fail "shared memory was left"
[ -z "$(ps -o pid=,args= --ppid $$ | grep -v ' ps ' | grep -F "$A64RUN")" ] || fail "processes were left"
[ "$(ls -A . | sort | tr '\n' ' ')" = "err out tmp " ] || fail "files beside the program: $(ls -A .)"
