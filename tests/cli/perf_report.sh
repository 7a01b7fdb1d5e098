# SPDX-License-Identifier: MIT
# perf itself: samples of compiled code carry the guest's names.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
grep -q avx2 /proc/cpuinfo || skip 'this processor has no AVX2: nothing is compiled'
command -v perf >/dev/null || skip 'no perf'
perf record -q -e cpu-clock -k mono -o probe.data true 2>/dev/null || skip "perf cannot record here: $(cat /proc/sys/kernel/perf_event_paranoid)"
. "$SOURCE_DIR/lib/hot.sh"

# The function that takes most is the program's, and named.
names_alpha() {
    perf report --stdio --sort symbol -i "$1" 2>/dev/null | grep -v '^#' | grep . | head -1 >first
    grep -q 'spin_alpha' first || fail "first of $1: $(cat first)"
}
perf record -q -e cpu-clock -o map.data "$A64RUN" --tier=t1 --perf=map ./hot 50000000 || fail 'perf record'
names_alpha map.data
perf record -q -e cpu-clock -k mono -o jit.data "$A64RUN" --tier=t1 --perf=jitdump ./hot 50000000 || fail 'perf record'
perf inject --jit -i jit.data -o jit2.data || fail 'perf inject'
names_alpha jit2.data
