# SPDX-License-Identifier: MIT
# run.sh SOURCE PROGRAM [A64RUN-OPTION...]: the program's fault is found, as the directives of its source say, and without
# a fault it runs through in silence.
set -u
source=$1 program=$2
shift 2
# What a user has set, or the machine, must not decide.
unset LSAN_OPTIONS UBSAN_OPTIONS HWASAN_OPTIONS TSAN_OPTIONS ASAN_SYMBOLIZER_PATH
rm -rf "$SCRATCH" && mkdir -p "$SCRATCH" && cd "$SCRATCH" || exit 1
fail() {
    echo "FAIL: $*"
    head -c 8000 err
    exit 1
}
said() {
    sed -n "s|^// $1: ||p" "$source"
}

timeout -s KILL 400 "$A64RUN" -L "$SYSROOT" "$@" "$program" wrong >out 2>err
status=$?
[ "$status" = "$(said status)" ] || fail "exit status $status of the run with a fault"
said finds >wanted
[ -s wanted ] || fail "nothing is to be found"
while read -r regex; do
    grep -qE -e "$regex" err || fail "no '$regex'"
done <wanted

timeout -s KILL 400 "$A64RUN" -L "$SYSROOT" "$@" "$program" >out 2>err
status=$?
[ "$status" = 0 ] || fail "exit status $status of the run without a fault"
[ ! -s err ] || fail 'something is found where nothing is wrong'
[ "$(cat out)" = right ] || fail "the program printed: $(head -c 1000 out)"
