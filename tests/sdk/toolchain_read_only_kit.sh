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
# And where that cannot be written either, one line says so.
XDG_CACHE_HOME=/proc/no
expect_error '^ +a64kit: cannot build the emulator: neither .*/sdk/.cache nor /proc/no/' \
    $as_user "$CMAKE" -B b2 -DCMAKE_TOOLCHAIN_FILE="$TOOLCHAIN"
