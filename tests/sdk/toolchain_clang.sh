# SPDX-License-Identifier: MIT
# labels: quick, timeout: 300
# AARCH64_COMPILER=clang, or clang named as CMAKE_C_COMPILER: C and C++ for the target, no headers
# of the host, checks that run, tests that pass.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

need clang clang
cp -r "$SOURCE_DIR"/samples/02-unit-tests/. .
cat >>CMakeLists.txt <<'EOF'
include(CheckIncludeFile)
include(CheckCSourceRuns)
check_include_file(crypt.h has_crypt)
check_c_source_runs("
#if !defined __aarch64__ || !defined __clang__
#error not what was asked for
#endif
int main(void) { return 0; }" runs)
message(STATUS "result: [${has_crypt}] [${runs}]")
EOF
cross byoption -DAARCH64_COMPILER=clang -DAARCH64_CPU=cortex-a53
cross byname -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++
for tree in byoption byname; do
    grep -qF 'result: [] [1]' $tree.log || fail "$(cat $tree.log)"
    build $tree
    run_ctest $tree
    expect /lib/ld-linux-aarch64.so.1 interpreter $tree/report
done
expect_error '^ +a64kit: AARCH64_INTERP=sysroot works with gcc only' "$CMAKE" -B sysroot \
    -DCMAKE_TOOLCHAIN_FILE="$TOOLCHAIN" -DAARCH64_COMPILER=clang -DAARCH64_INTERP=sysroot
