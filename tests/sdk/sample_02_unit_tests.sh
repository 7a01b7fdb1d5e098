# SPDX-License-Identifier: MIT
# labels: quick, timeout: 300
# samples/02-unit-tests: its README's commands, both interpreter modes, parallel ctest.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

copy_kit kit
cd kit/samples/02-unit-tests
run_readme README.md
cross sysroot -DAARCH64_INTERP=sysroot -DCMAKE_BUILD_TYPE=Debug
build sysroot
run_ctest sysroot -j4
grep -q '100% tests passed, 0 tests failed out of 5' sysroot.ctest.log || fail "not five tests"
# A failing test fails: the exit status and a wrong output are seen through the emulator.
sed -i 's/139 154/139 155/' tests/test_matrix.cpp
sed -i 's/setw(8)/setw(9)/' tests/report.cpp
build sysroot
expect_error 'test_matrix.cpp:.*CHECK.*failed' "$CTEST" --test-dir sysroot --output-on-failure
expect_match '60% tests passed, 2 tests failed out of 5' cat error.log
