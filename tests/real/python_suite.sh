# SPDX-License-Identifier: MIT
# packages: python
# engines: t2
# beyond: the programs that the tests start come from the root, where qemu-aarch64 does not find them
# label: slow
# The modules of Python's own test suite that python_suite.txt names, two at a time. What fails is given a second chance
# alone, since some of the tests measure time.
modules=$(sed 's/#.*//' "$SOURCE_DIR/python_suite.txt" | tr '\n' ' ')
TMPDIR=$(mktemp -d "${TMPDIR:-/tmp}/a64suite.XXXXXX") || exit 1
export TMPDIR SECONDS_EACH=500
trap 'rm -rf "$TMPDIR"' EXIT
# "0:01:44 load avg: 0.50 [15/40] test_float passed", and what else is to say of it
names() {
    sed -n 's/^.*\[ *[0-9/]*\] \(test_[a-z0-9_]*\) passed.*/\1/p' "$@" | sort -u
}
# shellcheck disable=SC2086
guest python3.11 -m test -j2 --timeout 240 $modules >suite.log 2>&1
names suite.log >passed
for module in $modules; do
    grep -qx "$module" passed && continue
    grep -n -m 5 "$module" suite.log >&2
    guest python3.11 -m test -j1 --timeout 200 "$module" >again.log 2>&1
    names again.log >>passed
    grep -qx "$module" passed || grep -aE -A 15 '^(FAIL|ERROR):|internal error|Timeout|skipped' again.log | head -60 >&2
done
for module in $modules; do
    grep -qx "$module" passed && echo "$module passed" || echo "$module did not pass"
done
