#!/bin/sh
# SPDX-License-Identifier: MIT
# thread_sanitized_programs.sh SOURCE-DIR BUILD-DIR TESTS-DIR: the emulator as a program under ThreadSanitizer runs the guest
# programs about threads, atomics, signals, futexes and processes on the evaluator. TESTS-DIR has guest/bin and sys/bin.
set -u
src=$1 build=$2 tests=$3
guest='threads atomics_threads threads_processes fault_threads signal_storm process_storm jit_threads tls_static
    fault_repair signal_shapes cancellation_storm'
# (Left out: killed_neighbours and killed_in_library. Their processes share the sanitizer's own memory and are killed in it.)
sys='futex futex_words masked_waits jumps_out posix_timers threads_hundreds threads_blocked threads_code threads_end threads_tables
    clone3 clone_beside clone_flags signal_sources process_faults fault_signals interrupted pairs_whole no_eintr
    signal_before_call stop_continue'
[ -d "$tests/guest/bin" ] && [ -d "$tests/sys/bin" ] || { echo "skipped: no guest programs in $tests"; exit 77; }
# Guest memory must be where the sanitizer lets a program map: below 2^39, and nothing of the host at random there.
setarch -R true 2>/dev/null || { echo "skipped: setarch -R does not work here"; exit 77; }
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cmake -S "$src" -B "$build" -DA64_SANITIZE=thread -DA64_SANITIZED_TEST=OFF >"$dir/log" 2>&1 &&
    cmake --build "$build" -j 2 --target a64run >>"$dir/log" 2>&1 ||
    { tail -n 40 "$dir/log"; echo "FAIL: the build"; exit 1; }
export A64RUN_TIER=eval A64RUN_SAVED=off A64RUN_REPORT=never
bad=0
run() {
    name=$(basename "$1")
    # Reports of children count, too: each process has its file, named by its number.
    TSAN_OPTIONS="log_path=$dir/report die_after_fork=0" timeout 120 setarch -R "$build/emulator/a64run" --va-bits=39 "$1" \
        >"$dir/out" 2>"$dir/err" </dev/null
    status=$?
    cat "$dir"/report.* >"$dir/reports" 2>/dev/null
    rm -f "$dir"/report.*
    if [ $status -ne 0 ] || [ -s "$dir/reports" ] || { [ -f "$2" ] && ! cmp -s "$2" "$dir/out"; }; then
        echo "FAIL (exit $status): $1"
        tail -n 5 "$dir/out"
        head -n 20 "$dir/err"
        grep -v '#[0-9][0-9]' "$dir/reports" | head -n 60 # not all of what called a process of a process
        bad=1
    else
        echo "ok: $name: $(tail -n 1 "$dir/out")"
    fi
}
for name in $guest; do
    for program in "$tests"/guest/bin/c_"$name".O?-static*/"$name"; do
        [ -x "$program" ] || { echo "FAIL: $program is missing: build the target guest_programs"; bad=1; continue; }
        run "$program" "$src/tests/guest/c/$name.c.expected"
    done
done
for name in $sys; do
    program=$tests/sys/bin/$name
    [ -x "$program" ] || { echo "FAIL: $program is missing: build the target sys_programs"; bad=1; continue; }
    run "$program" ""
done
exit $bad
