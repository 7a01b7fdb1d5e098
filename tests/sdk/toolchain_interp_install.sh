# SPDX-License-Identifier: MIT
# labels: quick
# What is built with AARCH64_INTERP=sysroot does not start on real machines: `cmake --install` says so, once, also with a second
# project() and with the hooks; it is silent for programs that do.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

hello_c
mkdir sub
echo 'project(sub LANGUAGES C)' >sub/CMakeLists.txt
cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(hello LANGUAGES C)
enable_testing()
add_executable(hello hello.c)
add_test(hello hello)
install(TARGETS hello RUNTIME DESTINATION bin)
add_subdirectory(sub)
EOF
warning='^ *a64kit: these programs start only where there is a /usr/aarch64-linux-gnu: for real machines build with AARCH64_INTERP=target$'
for hooks in OFF ON; do
    cross classic-$hooks -DAARCH64_INTERP=sysroot -DAARCH64_HOOKS=$hooks
    build classic-$hooks
    "$CMAKE" --install classic-$hooks --prefix "$PWD/there" >log 2>&1 || fail "$(cat log)"
    [ "$(grep -cE "$warning" log)" = 1 ] || fail "$(cat log)"
    expect 'hello from C' "$A64RUN" there/bin/hello
done
run_ctest classic-ON
cross target
build target
expect_no_match 'a64kit:' "$CMAKE" --install target --prefix "$PWD/there"
# Packages of components stay the same.
mkdir parts
cp hello.c parts
cat >parts/CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(parts VERSION 1.0 LANGUAGES C)
add_executable(hello hello.c)
install(TARGETS hello RUNTIME DESTINATION bin COMPONENT app)
set(CPACK_GENERATOR TGZ)
set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
include(CPack)
EOF
for interp in target sysroot; do
    "$CMAKE" -S parts -B parts-$interp -DCMAKE_TOOLCHAIN_FILE="$SOURCE_DIR/sdk/aarch64.cmake" -DAARCH64_INTERP=$interp >log 2>&1 ||
        fail "$(cat log)"
    build parts-$interp
    (cd parts-$interp && "$(dirname "$CMAKE")/cpack" -G TGZ) >log 2>&1 || fail "$(cat log)"
    (cd parts-$interp && ls ./*.tar.gz) >parts-$interp.list
done
cmp parts-target.list parts-sysroot.list >&2 || fail "other packages: $(cat parts-*.list)"
# A file of the project's own in that place is not put aside for it.
echo 'message(STATUS "their file")' >their.cmake
cross theirs -DAARCH64_INTERP=sysroot -DCMAKE_PROJECT_INCLUDE="$PWD/their.cmake"
grep -q 'their file' theirs.log || fail "$(cat theirs.log)"
