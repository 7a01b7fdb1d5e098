#!/bin/sh
# SPDX-License-Identifier: MIT
# thread_sanitized.sh SOURCE-DIR BUILD-DIR: the threads test once more under ThreadSanitizer. It sees everything but compiled
# code and the evaluator's operations, which are the guest's accesses.
set -u
src=$1 build=$2
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cmake -S "$src" -B "$build" -DA64_SANITIZE=thread -DA64_SANITIZED_TEST=OFF >"$dir/log" 2>&1 &&
    cmake --build "$build" -j 2 --target engine_threads_test >>"$dir/log" 2>&1 ||
    { tail -n 40 "$dir/log"; echo "FAIL: the build"; exit 1; }
# Its memory has a fixed place, which random addresses may be in.
fixed=
setarch -R true 2>/dev/null && fixed='setarch -R'
bad=0
for tier in eval t1-20; do
    for cache in 64000000 0; do
        A64RUN_TIER=$tier A64RUN_CACHE=$cache $fixed "$build/tests/engine/engine_threads_test" 30 >"$dir/out" 2>&1
        status=$?
        if [ $status -ne 0 ] || grep -q ThreadSanitizer "$dir/out"; then
            echo "FAIL (exit $status): $tier, cache $cache"
            head -n 60 "$dir/out"
            bad=1
        else
            echo "ok: $tier, cache $cache: $(tail -n 1 "$dir/out")"
        fi
    done
done
exit $bad
