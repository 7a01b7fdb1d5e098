# SPDX-License-Identifier: MIT
# labels: quick
# Flags that the user gives to CMake stand beside those of the options, in the first configure run and in later ones; the
# environment's, too.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

cat >own.c <<'EOF'
#ifndef OWN
#error "-DOWN is lost"
#endif
#ifndef __ARM_FEATURE_DOTPROD
#error "-mcpu is lost"
#endif
int main(void) { return 0; }
EOF
cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(own LANGUAGES C)
enable_testing()
add_executable(own own.c)
add_test(NAME own COMMAND own)
EOF
set -- -DAARCH64_CPU=neoverse-n1 -DAARCH64_STATIC=ON
cross build "$@" -DCMAKE_C_FLAGS=-DOWN=1 -DCMAKE_EXE_LINKER_FLAGS=-Wl,-z,now
build build
run_ctest build
expect "" interpreter build/own
cross build -DCMAKE_C_FLAGS=-DOWN=2 # another time
build build
grep -q -- '-mcpu=neoverse-n1 -DOWN=2' build/CMakeFiles/own.dir/flags.make || fail "$(cat build/CMakeFiles/own.dir/flags.make)"
"$CMAKE" build >log 2>&1 || fail "$(cat log)"
expect 1 grep -c 'CMAKE_C_FLAGS:STRING=-mcpu=neoverse-n1 -DOWN=2$' build/CMakeCache.txt
(export CFLAGS=-DOWN=3 LDFLAGS=-Wl,-z,now; cross environment "$@")
build environment
expect "" interpreter environment/own
