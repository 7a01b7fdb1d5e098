# SPDX-License-Identifier: MIT
# labels: quick, timeout: 300
# Missing packages: installed by apt, once, said in one line; without the right to install, one
# line with the exact command. apt-get and sudo are stand-ins that note how they were called.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

gcc=$(command -v aarch64-linux-gnu-gcc)

# A PATH with everything but the cross compiler and what could install it.
path_without aarch64-linux-gnu-gcc apt-get sudo
PATH=$PLAIN

# The part of the user without rights is played by nobody, who must be able to reach the kit.
cp -L "$A64RUN" "$PLAIN/a64run"
A64RUN=$PLAIN/a64run
copy_kit "$PLAIN/kit dir" mini
unset AARCH64_EMULATOR
kit=$PLAIN/kit\ dir/a64kit
as_user=
if [ "$(id -u)" = 0 ]; then
    need setpriv util-linux
    as_user="setpriv --reuid=65534 --regid=65534 --clear-groups"
    chown -R 65534 "$PLAIN/kit dir"
    chmod a+rwx "$PLAIN"
fi
state=$PLAIN/state
mkdir -m 777 "$state"

expect_one_line '^a64kit: missing for building .*: gcc-aarch64-linux-gnu \(Debian.s names\); install' \
    $as_user "$kit" hello

# This "apt-get" installs the compiler only when the package lists are there.
cat >"$PLAIN/apt-get" <<EOF
#!/bin/sh
echo "\$*" >>"$state/apt-calls"
case "\$*" in
*update*) touch "$state/lists" ;;
*install*)
    [ -e "$state/lists" ] || { echo "E: Unable to locate package"; exit 100; }
    ln -s $gcc $PLAIN/aarch64-linux-gnu-gcc
    ;;
esac
EOF
chmod +x "$PLAIN/apt-get"
expect_one_line '^a64kit: .*run as root: apt-get install -y --no-install-recommends gcc-aarch64-linux-gnu$' \
    $as_user "$kit" hello
[ ! -e "$state/apt-calls" ] || fail "apt-get was called without root"
printf '#!/bin/sh\necho "$*" >>"%s/sudo-calls"\nexec "$@"\n' "$state" >"$PLAIN/sudo"
chmod +x "$PLAIN/sudo"
$as_user "$kit" hello >out 2>err || fail "$(cat err)"
expect "Hello, World!" cat out
[ "$(grep -c 'installing with apt, for .*: gcc-aarch64-linux-gnu (log:' err)" = 1 ] || fail "$(cat err)"
[ "$(grep -c . "$state/apt-calls")" = 3 ] || fail "not install, update, install: $(cat "$state/apt-calls")"
grep -q '^env DEBIAN_FRONTEND=noninteractive apt-get' "$state/sudo-calls" ||
    fail "sudo: $(cat "$state/sudo-calls")"

# The second run asks for nothing.
rm "$state/apt-calls"
$as_user "$kit" hello >out 2>err || fail "$(cat err)"
[ ! -e "$state/apt-calls" ] || fail "apt-get was called again"
[ ! -s err ] || fail "$(cat err)"

# When apt fails, its own words and the command are shown.
rm -rf "$PLAIN/kit dir/build" "$PLAIN"/aarch64-linux-gnu-gcc
printf '#!/bin/sh\necho "E: no network here"\nexit 100\n' >"$PLAIN/apt-get"
expect_error '^E: no network here$' $as_user "$kit" hello
expect_match '^a64kit: apt failed \(log: .*\); the command was: .*apt-get install -y' tail -n 1 error.log
