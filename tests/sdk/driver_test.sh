# SPDX-License-Identifier: MIT
# labels: quick, timeout: 300
# ./a64kit test: builds once, hands its arguments to ctest, ends with ctest's summary, has ctest's
# exit status; a new test is found.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

copy_kit kit mini
unset AARCH64_EMULATOR
kit=$SCRATCH/kit/a64kit
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

# The reason why a test was skipped is told, after the summary.
cat >>kit/tests/CMakeLists.txt <<'EOF'
add_test(NAME skips COMMAND sh -c "echo SKIPPED: no such machine; exit 77")
set_tests_properties(skips PROPERTIES SKIP_RETURN_CODE 77)
EOF
"$kit" test -R 'mini|skips' >out 2>err || fail "$(cat out err)"
expect_match '^a64kit: not run: skips: no such machine$' tail -n 1 err
