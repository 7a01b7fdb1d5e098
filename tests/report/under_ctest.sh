# SPDX-License-Identifier: MIT
# label: full
# Under ctest a crash is explained in the test's output by itself, and a hang when A64RUN_HANG_REPORT is below the test's
# time limit, which ctest enforces with SIGKILL. Standard output is the program's alone.
. "$SOURCE_DIR/lib/common.sh"
need_reporter
command -v ctest >/dev/null || skip 'no ctest in PATH'
unset A64RUN_TIER A64RUN_SAVED
mkdir project
cat >project/CMakeLists.txt <<END
cmake_minimum_required(VERSION 3.20)
project(crashes LANGUAGES NONE)
enable_testing()
add_test(NAME crashes COMMAND "$A64RUN" --saved=off "$GUEST/crash.dynamic" handler)
add_test(NAME hangs COMMAND "$A64RUN" --saved=off "$GUEST/hang.dynamic" mutexes)
set_tests_properties(hangs PROPERTIES TIMEOUT 6 ENVIRONMENT A64RUN_HANG_REPORT=1)
add_test(NAME pipes COMMAND sh -c "\"$A64RUN\" --saved=off \"$GUEST/crash.static\" null 2>/dev/null")
add_test(NAME silent COMMAND "$A64RUN" --saved=off --report=never "$GUEST/crash.static" null)
END
cmake -S project -B build >log 2>&1 || fail "$(cat log)"
ctest --test-dir build --output-on-failure -R crashes >out 2>&1 && fail 'a crash is no success'
has '^  cause: read of 0x10: a null pointer' out
has 'on_signal\(int\) at .*crash.cc:[0-9]+$' out
has '^  started by: ctest \(process [0-9]+\)$' out
ctest --test-dir build --output-on-failure -R hangs >out 2>&1 && fail 'a hang is no success'
has '\*\*\*Timeout' out
has '^a64run: .* still runs after 1 seconds; what it does:$' out
has '^  deadlock: thread [0-9]+ waits for the lock at' out
ctest --test-dir build -V -R 'pipes|silent' >out 2>&1 && fail 'a crash is no success'
lacks 'cause:' out
