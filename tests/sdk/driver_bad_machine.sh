# SPDX-License-Identifier: MIT
# labels: quick
# An old CMake and a folder that cannot be written get one clear line each.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

copy_kit kit mini
unset AARCH64_EMULATOR
mkdir bin
printf '#!/bin/sh\necho "cmake version 3.18.4"\n' >bin/cmake
chmod +x bin/cmake
(PATH="$SCRATCH/bin:$PATH" &&
    expect_one_line "^a64kit: CMake 3.18.4 is too old \(.*/bin/cmake\): a64kit needs 3.20 or later" \
        kit/a64kit hello &&
    expect_one_line "^a64kit: CMake 3.18.4 is too old" kit/a64kit test)
export A64KIT_BUILD=/proc/no/such
expect_one_line '^a64kit: cannot write to /proc/no/such: set A64KIT_BUILD to a folder of your own$' \
    kit/a64kit hello
# Another folder for what is built, relative to here.
export A64KIT_BUILD=elsewhere
expect "Hello, World!" kit/a64kit hello
[ -x elsewhere/kit/emulator/a64run ] && [ ! -e kit/build ] || fail "A64KIT_BUILD is not honoured"
unset A64KIT_BUILD
# An emulator of the user's takes the place of the kit's.
AARCH64_EMULATOR=$A64RUN
export AARCH64_EMULATOR
expect "Hello, World!" kit/a64kit hello
[ ! -e kit/build/kit ] || fail "the emulator was built all the same"
# A compiler that is asked for by name is not something that apt could install.
export AARCH64_TOOLCHAIN_PREFIX=/no/such/arm-
expect_one_line '^a64kit: AARCH64_TOOLCHAIN_PREFIX is set, but there is no /no/such/arm-gcc$' \
    kit/a64kit hello
