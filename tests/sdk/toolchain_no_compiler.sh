# SPDX-License-Identifier: MIT
# labels: quick
# Without the cross compiler, or without its C++ part: one clear line with the apt command.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

cp "$SOURCE_DIR"/samples/01-hello/* .
expect_error '^ +a64kit: no AArch64 compiler: no-such-gcc is not in PATH; .*apt-get install gcc-aarch64-linux-gnu ' \
    "$CMAKE" -B b1 -DCMAKE_TOOLCHAIN_FILE="$TOOLCHAIN" -DAARCH64_TOOLCHAIN_PREFIX=no-such-

# A PATH with everything but g++: a C project works, a C++ one does not get the host's compiler.
path_without aarch64-linux-gnu-g++ aarch64-linux-gnu-c++
(PATH=$PLAIN && cross c && build c && run_ctest c)
sed -i 's/LANGUAGES C/LANGUAGES C CXX/' CMakeLists.txt
(PATH=$PLAIN &&
    expect_error 'a64c\+\+: aarch64-linux-gnu-g\+\+ not found in PATH; .*apt-get install g\+\+-aarch64' \
        "$CMAKE" -B cxx -DCMAKE_TOOLCHAIN_FILE="$TOOLCHAIN")
