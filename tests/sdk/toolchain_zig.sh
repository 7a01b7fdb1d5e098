# SPDX-License-Identifier: MIT
# labels: quick, timeout: 600
# AARCH64_COMPILER=zig: `zig cc` and `zig c++` with the target's name, `zig ar`, zig's spelling of processors. A zig of
# this machine builds and tests a sample; a stand-in, which is the cross gcc, shows the command lines anyway.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

cp -r "$SOURCE_DIR"/samples/02-unit-tests/. .
zig=$(command -v zig || :)
path_without zig
PATH=$PLAIN
expect_error '^ +a64kit: AARCH64_COMPILER=zig, but zig is not in PATH; .* unpack a release' "$CMAKE" -B none \
    -DCMAKE_TOOLCHAIN_FILE="$TOOLCHAIN" -DAARCH64_COMPILER=zig
mkdir 'stand in'
cat >'stand in/zig' <<END
#!/bin/sh
# zig TOOL ARG...: cc and c++ as if a clang were there, the arguments noted.
echo "\$*" >>"$SCRATCH/calls"
tool=\$1
shift
case \$tool in
cc) tool=gcc ;;
c++) tool=g++ ;;
*) exec aarch64-linux-gnu-\$tool "\$@" ;;
esac
[ "\$1" = -target ] || exit 9
shift 2
for arg do
    shift
    case \$arg in -mcpu=*) arg=\$(echo "\$arg" | tr _ -) ;; esac
    set -- "\$@" "\$arg"
done
exec aarch64-linux-gnu-\$tool "\$@"
END
chmod +x 'stand in/zig'
cat >>CMakeLists.txt <<'END'
include(CheckCSourceRuns)
check_c_source_runs("int main(void) { return 0; }" runs)
message(STATUS "result: [${runs}]")
add_library(lib_of_zig STATIC lib_of_zig.c)
END
echo 'int lib_of_zig;' >lib_of_zig.c
PATH=$SCRATCH/stand\ in:$PLAIN
cross tree -DAARCH64_COMPILER=zig -DAARCH64_CPU=cortex-a72
grep -qF 'result: [1]' tree.log || fail "$(cat tree.log)"
: >calls
build tree
run_ctest tree
expect_match '^cc -target aarch64-linux-gnu .*-mcpu=cortex_a72 .*-c ' cat calls
expect_match '^ar qc liblib_of_zig.a ' cat calls
expect_match '^ranlib liblib_of_zig.a' cat calls
expect_no_match 'sysroot| "?-B' cat calls # what zig needs, it brings
: >calls
cross static -DAARCH64_COMPILER=zig -DAARCH64_STATIC=ON
expect_match '^cc -target aarch64-linux-musl .*-static' cat calls
expect_match '^c\+\+ -target aarch64-linux-musl ' cat calls
expect_error '^ +a64kit: AARCH64_SANITIZE=address does not work with zig' "$CMAKE" -B sanitize \
    -DCMAKE_TOOLCHAIN_FILE="$TOOLCHAIN" -DAARCH64_COMPILER=zig -DAARCH64_SANITIZE=address
expect_error "^ +a64kit: AARCH64_CPU is 'z80', which zig does not know" "$CMAKE" -B z80 \
    -DCMAKE_TOOLCHAIN_FILE="$TOOLCHAIN" -DAARCH64_COMPILER=zig -DAARCH64_CPU=z80
[ -n "$zig" ] || exit 0
# C alone: a zig with an empty cache first compiles its C++ library, for minutes.
PATH=${zig%/*}:$PLAIN
mkdir c
cd c
cat >CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.20)
project(c LANGUAGES C)
enable_testing()
include(CheckCSourceRuns)
check_c_source_runs("int main(void) { return 0; }" runs)
message(STATUS "result: [${runs}]")
add_library(ring STATIC ../src/ring.c)
target_include_directories(ring PUBLIC ../src)
add_executable(test_ring ../tests/test_ring.c)
target_link_libraries(test_ring ring)
add_test(NAME test_ring COMMAND test_ring)
END
cross zig -DAARCH64_COMPILER=zig -DAARCH64_CPU=cortex-a53
grep -qF 'result: [1]' zig.log || fail "$(cat zig.log)"
build zig
run_ctest zig
cross musl -DAARCH64_COMPILER=zig -DAARCH64_STATIC=ON
build musl
run_ctest musl
