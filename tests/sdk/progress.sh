# SPDX-License-Identifier: MIT
# labels: full, timeout: 600
# What takes longer than a second is named on a terminal, and nowhere else: the driver with tools that are slow.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

need script bsdutils
kit=$SOURCE_DIR/a64kit
mkdir slow
# slow TOOL: takes two seconds more from now on.
slow()
{
    printf '#!/bin/sh\nsleep 2\nexec %s "$@"\n' "$(command -v "$1")" >"slow/$1"
    chmod +x "slow/$1"
}

# shows PATTERN COMMAND...: on a terminal, and in the end no longer, but not in a file.
shows()
{
    pattern=$1
    shift
    quoted=''
    for word; do
        quoted="$quoted '$word'"
    done
    script -qec "PATH='$SCRATCH/slow':\"\$PATH\" $quoted" terminal </dev/null >/dev/null || fail "$(cat terminal)"
    tr '\r' '\n' <terminal | grep -qE -- "a64kit: $pattern" || fail "no '$pattern' from $*: $(cat -v terminal)"
    ! tr '\r' '\n' <terminal | grep -v '^Script done' | tail -n 1 | grep -qE -- "$pattern" || fail "left over from $*: $(cat -v terminal)"
    PATH="$SCRATCH/slow:$PATH" "$@" >out 2>&1 </dev/null || fail "$(cat out)"
    ! grep -qE -- "$pattern" out || fail "shown where there is no terminal: $(cat out)"
}

hello_c
a64cc -static -o hello hello.c
mkdir tree
: >tree/CMakeLists.txt
printf 'CMAKE_HOME_DIRECTORY:INTERNAL=%s\n' "$SCRATCH" >tree/CMakeCache.txt
echo 'add_test(works "true")' >tree/CTestTestfile.cmake

slow ctest
shows '[0-9]+ s: asking for the tests of tree' "$kit" shard plan tree -n 2
rm slow/ctest
slow tar
shows '[0-9]+ s: packing tests.tar.gz' "$kit" archive create tree --output=tests.tar.gz
shows '[0-9]+ s: unpacking tests.tar.gz' "$kit" archive run tests.tar.gz
rm slow/tar
slow sha256sum
shows '[0-9]+ s: checking what was unpacked' "$kit" archive run tests.tar.gz
rm slow/sha256sum
printf '#!/bin/sh\nsleep 2\nshift 2\nexec "%s" "$@"\n' "$A64RUN" >qemu
chmod +x qemu
shows '[0-9]+ s: running it in qemu' "$kit" compare --qemu=./qemu ./hello
printf '#!/bin/sh\nsleep 2\nexec "%s" "$@"\n' "$A64RUN" >late
chmod +x late
shows '[0-9]+ s: running it once' env "AARCH64_EMULATOR=$SCRATCH/late" "$kit" sweep --runs=1 ./hello
rm -r slow
mkdir slow

# The emulator is built anew for each of the two, as far as the driver knows; the build tool tells how far it is.
copy_kit kit mini
unset AARCH64_EMULATOR
printf 'add_custom_command(OUTPUT made COMMAND sleep 2 COMMAND ${CMAKE_COMMAND} -E touch made)\ntarget_sources(a64run PRIVATE made)\n' \
    >>kit/emulator/CMakeLists.txt
shows '\[ *[0-9]+(%|/[0-9]+)\] [0-9]+ s: building the emulator, once, in' sh -c 'rm -rf kit/build && kit/a64kit hello'
expect "Hello, World!" cat out
