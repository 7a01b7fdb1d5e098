# SPDX-License-Identifier: MIT
# labels: quick, timeout: 300
# Every way to name the toolchain file, from every folder, in a kit whose path has spaces.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

unset AARCH64_EMULATOR
copy_kit "my kit" mini
unset AARCH64_EMULATOR
cd "my kit"

run()
{
    "$@" >run.log 2>&1 || { cat run.log >&2; fail "$*"; }
}

# check TREE: the tree is a cross build whose tests run.
check()
{
    run "$CMAKE" --build "$1"
    run "$CTEST" --test-dir "$1" --no-tests=error
    expect_match AArch64 readelf -h "$(find "$1" -type f -name hello)"
}

run "$CMAKE" -B build -DCMAKE_TOOLCHAIN_FILE=sdk/aarch64.cmake
check build
mkdir -p sub/folder
(cd sub/folder && run "$CMAKE" -DCMAKE_TOOLCHAIN_FILE=sdk/aarch64.cmake ../..)
check sub/folder
(cd samples && run "$CMAKE" -S 01-hello -B ../b1 --toolchain ../sdk/aarch64.cmake)
check b1
(export CMAKE_TOOLCHAIN_FILE="$PWD/sdk/aarch64.cmake" && cd / &&
    run_log=$("$CMAKE" -S "$OLDPWD/samples/01-hello" -B "$OLDPWD/b2" 2>&1) || fail "$run_log")
check b2
# A project that carries the kit's sdk folder in its own tree, in a path with spaces.
mkdir "own project"
cp -r samples/01-hello/. "own project/"
cp -r sdk "own project/sdk"
(cd "own project" && run "$CMAKE" -B build "-DAARCH64_EMULATOR=$A64RUN" \
    -DCMAKE_TOOLCHAIN_FILE=sdk/aarch64.cmake)
check "own project/build"
# Makefiles have other quoting rules than Ninja.
need make make
run "$CMAKE" -G "Unix Makefiles" -B "b make" -DCMAKE_TOOLCHAIN_FILE=sdk/aarch64.cmake \
    -DAARCH64_INTERP=sysroot
check "b make"
