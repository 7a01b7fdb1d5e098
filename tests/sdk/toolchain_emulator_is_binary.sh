# SPDX-License-Identifier: MIT
# labels: quick
# Tests start the emulator itself, no script in between; options stand behind it as a list.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

cp "$SOURCE_DIR"/samples/01-hello/* .
cross build "-DAARCH64_EMULATOR_ARGS=-E;GREETING=two words"
expect_match 'ELF64' readelf -h "$A64RUN"
grep -qF "\"$A64RUN\" \"-E\" \"GREETING=two words\" \"$PWD/build/hello\"" build/CTestTestfile.cmake ||
    fail "$(cat build/CTestTestfile.cmake)"
build build
run_ctest build
# A name is looked up in PATH, a relative path counts from here.
mkdir bin
ln -s "$A64RUN" bin/some-emulator
(PATH="$PWD/bin:$PATH" && cross byname -DAARCH64_EMULATOR=some-emulator)
grep -qF "\"$PWD/bin/some-emulator\"" byname/CTestTestfile.cmake || fail "by name"
cross relative -DAARCH64_EMULATOR=bin/some-emulator
grep -qF "\"$PWD/bin/some-emulator\"" relative/CTestTestfile.cmake || fail "by relative path"
# CMake's own variable wins over the kit.
cross own -DCMAKE_CROSSCOMPILING_EMULATOR=/own/emulator
grep -qF '"/own/emulator"' own/CTestTestfile.cmake || fail "own CMAKE_CROSSCOMPILING_EMULATOR"
# Another sysroot is handed to the emulator.
mkdir -p "my root"
cp -r /usr/aarch64-linux-gnu/lib "my root/"
cross root "-DAARCH64_SYSROOT=$PWD/my root"
grep -qF "\"-L\" \"$PWD/my root\"" root/CTestTestfile.cmake || fail "$(cat root/CTestTestfile.cmake)"
build root
run_ctest root
