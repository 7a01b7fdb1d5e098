# SPDX-License-Identifier: MIT
# labels: quick, timeout: 300
# ./a64kit test: builds once, hands its arguments to ctest, ends with ctest's summary, has ctest's
# exit status; a new test is found.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

copy_kit kit mini
unset AARCH64_EMULATOR
kit=$SCRATCH/kit/a64kit
cd /
expect_match '^100% tests passed, 0 tests failed out of 1$' "$kit" test 2>/dev/null || true
cd "$SCRATCH"
expect_match '^100% tests passed, 0 tests failed out of 1$' "$kit" test
"$kit" test >out 2>err
[ ! -s err ] || fail "set-up in a second run: $(cat err)"
expect_match '^Total Test time' tail -n 1 out

# The second run starts no build tool.
mkdir refuse
for tool in cmake ninja make gcc cc apt-get; do
    printf '#!/bin/sh\necho "%s was called" >&2\nexit 1\n' $tool >refuse/$tool
    chmod +x refuse/$tool
done
(PATH="$SCRATCH/refuse:$PATH" && "$kit" test >out 2>err) || fail "$(cat out err)"

sleep 0.05
echo 'add_test(NAME fails COMMAND false)' >>kit/tests/CMakeLists.txt
expect_error '^50% tests passed, 1 tests failed out of 2$' "$kit" test
expect_match '^100% tests passed, 0 tests failed out of 1$' "$kit" test -R mini
