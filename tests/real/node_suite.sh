# SPDX-License-Identifier: MIT
# packages: node
# engines: t2
# beyond: the programs that the tests start come from the root, where qemu-aarch64 does not find them
# label: slow
# Of Node's own tests (test/parallel) every eightieth, and those of worker threads every twelfth. EVERY takes others: one in so many.
# What fails is given a second chance, since some of them measure time; those of the debugger give it five seconds to begin.
tests=$ROOT/usr/share/node-tests
[ -d "$tests/parallel" ] || { echo "skipped: no $tests: the sources of nodejs could not be had" && exit 77; }
NODE_TEST_DIR=$PWD NODE_SKIP_FLAG_CHECK=1
export NODE_TEST_DIR NODE_SKIP_FLAG_CHECK
one() {
    # shellcheck disable=SC2046
    SECONDS_EACH=200 guest node $(sed -n 's,^// Flags: ,,p' "$tests/parallel/$1") "$tests/parallel/$1" >"$1.out" 2>&1
}
# every N FIRST names: one in N.
every() {
    n=$1 first=$2
    shift 2
    find "$tests/parallel" "$@" -printf '%f\n' | sort | awk -v n="$n" -v first="$first" 'NR % n == first % n'
}
for name in $({ every "${EVERY:-80}" 7 '(' -name 'test-*.js' -o -name 'test-*.mjs' ')'; every "${EVERY:-12}" 1 -name 'test-worker*.js'; } |
    grep -v '^test-debugger-' | sort -u); do
    if one "$name" || one "$name"; then
        echo "$name passed"
    else
        echo "$name did not pass"
        head -n 20 "$name.out" >&2
    fi
done
