# SPDX-License-Identifier: MIT
# labels: quick, timeout: 300
# The emulator is built by the first configure run that needs it, again when a source changed, and
# never by a check; a source that does not compile gives one clear line.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

copy_kit kit mini
unset AARCH64_EMULATOR
mkdir project
cp "$SOURCE_DIR"/samples/01-hello/* project/
cd project
TOOLCHAIN=$SCRATCH/kit/sdk/aarch64.cmake
cross b1
[ "$(grep -c 'a64kit: building the emulator' b1.log)" = 1 ] || fail "not built once: $(cat b1.log)"
build b1
run_ctest b1
emulator=$SCRATCH/kit/sdk/.cache/bin/a64run
grep -qF "$emulator" b1/CTestTestfile.cmake || fail "$(cat b1/CTestTestfile.cmake)"
expect 'mini emulator 1' "$emulator" -version

# Nothing to do: the program that is there is taken.
for again in b1 b2; do
    cross $again
    ! grep -q 'building the emulator' $again.log || fail "built again: $(cat $again.log)"
done

sleep 0.05
sed -i 's/mini emulator 1/mini emulator 2/' ../kit/emulator/a64run.c
cross b1
grep -q 'building the emulator' b1.log || fail "not rebuilt: $(cat b1.log)"
expect 'mini emulator 2' "$emulator" -version

sleep 0.05
cp ../kit/emulator/a64run.c good.c
echo 'syntax error' >>../kit/emulator/a64run.c
expect_error '^ +a64kit: the emulator could not be built: the output is above and in ' "$CMAKE" -B b1
expect_error 'a64run.c:.*error' "$CMAKE" -B b1
sleep 0.05
cp good.c ../kit/emulator/a64run.c
expect_match 'building the emulator' "$CMAKE" -B b1

# The tree of a kit that was moved is made anew.
mv ../kit "../moved kit"
touch "../moved kit/emulator/a64run.c"
TOOLCHAIN="$SCRATCH/moved kit/sdk/aarch64.cmake"
cross b3
grep -q 'building the emulator' b3.log || fail "not rebuilt after the move: $(cat b3.log)"
build b3
run_ctest b3
