# SPDX-License-Identifier: MIT
# labels: quick, timeout: 300
# A kit that the user cannot write to builds its emulator in the user's cache folder.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

# Everything that user nobody has to reach lies in a folder that everybody can.
plain_folder
cp -L "$A64RUN" "$PLAIN/a64run"
A64RUN=$PLAIN/a64run
kit=$PLAIN/kit
copy_kit "$kit" mini
unset AARCH64_EMULATOR
mkdir "$PLAIN/user"
cp "$SOURCE_DIR"/samples/01-hello/* "$PLAIN/user/"
as_user=
if [ "$(id -u)" = 0 ]; then
    need setpriv util-linux
    as_user="setpriv --reuid=65534 --regid=65534 --clear-groups"
    chown -R 65534:65534 "$PLAIN/user"
fi
chmod -R a-w,a+rX "$kit"
trap 'chmod -R u+w "$PLAIN" && rm -rf -- "$PLAIN"' EXIT
cd "$PLAIN/user"
HOME=$PWD/home
XDG_CACHE_HOME=$PWD/cache
export HOME XDG_CACHE_HOME
TOOLCHAIN=$kit/sdk/aarch64.cmake
$as_user "$CMAKE" -B build -DCMAKE_TOOLCHAIN_FILE="$TOOLCHAIN" >log 2>&1 || fail "$(cat log)"
$as_user "$CMAKE" --build build >log 2>&1 || fail "$(cat log)"
$as_user "$CTEST" --test-dir build --no-tests=error --output-on-failure >log 2>&1 || fail "$(cat log)"
grep -qF "$XDG_CACHE_HOME/a64kit/" build/CTestTestfile.cmake || fail "not in the user's cache"
# One that was built in the kit before it became read-only does for this user too, even without a
# place for another.
chmod u+w "$kit/sdk"
mkdir -p "$kit/sdk/.cache/bin"
cp "$A64RUN" "$kit/sdk/.cache/bin/a64run"
chmod -R a+rX,a-w "$kit/sdk"
(unset HOME XDG_CACHE_HOME &&
    $as_user "$CMAKE" -B b1 -DCMAKE_TOOLCHAIN_FILE="$TOOLCHAIN" >log 2>&1) || fail "$(cat log)"
grep -qF "$kit/sdk/.cache/bin/a64run" b1/CTestTestfile.cmake || fail "the kit's is not used"
# What cannot be removed is one line, not one for each file.
if [ -n "$as_user" ]; then
    expect_one_line '^a64kit: not everything could be removed, for one: rm: ' \
        $as_user "$kit/a64kit" clean
fi
chmod -R u+w "$kit/sdk"
rm -rf -- "$kit/sdk/.cache/bin"
chmod -R a-w "$kit/sdk"
(unset HOME XDG_CACHE_HOME &&
    expect_error 'neither XDG_CACHE_HOME nor HOME is set' \
        $as_user "$CMAKE" -B b3 -DCMAKE_TOOLCHAIN_FILE="$TOOLCHAIN")
# And where that cannot be written either, one line says so.
XDG_CACHE_HOME=/proc/no
expect_error '^ +a64kit: cannot build the emulator: neither .*/sdk/.cache nor /proc/no/' \
    $as_user "$CMAKE" -B b2 -DCMAKE_TOOLCHAIN_FILE="$TOOLCHAIN"
# The driver, too, takes what the owner has built, although the sources are younger.
if [ -n "$as_user" ]; then
    chmod u+w "$kit"
    mkdir -p "$kit/build/kit/emulator"
    cp "$A64RUN" "$kit/build/kit/emulator/a64run"
    chmod -R a+rX,a-w "$kit"
    $as_user "$kit/a64kit" run build/hello >out 2>log || fail "$(cat log)"
    grep -q '^Hello' out || fail "$(cat out log)"
fi
