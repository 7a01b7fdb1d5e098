# SPDX-License-Identifier: MIT
# labels: quick, timeout: 300
# Missing packages: installed by apt, once, said in one line; without the right to install, one
# line with the exact command. apt-get and sudo are stand-ins that note how they were called.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

copy_kit kit mini
unset AARCH64_EMULATOR
kit=$SCRATCH/kit/a64kit
gcc=$(command -v aarch64-linux-gnu-gcc)

# A PATH with everything but the cross compiler and what could install it.
path_without aarch64-linux-gnu-gcc apt-get sudo
PATH=$PLAIN

as_user=
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
    as_user="setpriv --reuid=65534 --regid=65534 --clear-groups"
    chown -R 65534 kit
    chmod a+rwx .
    $as_user test -x "$kit" || as_user=
fi

expect_one_line '^a64kit: missing for building .*: gcc-aarch64-linux-gnu \(Debian.s names\); install' \
    $as_user "$kit" hello

# This "apt-get" installs the compiler only when the package lists are there.
cat >"$PLAIN/apt-get" <<EOF
#!/bin/sh
echo "\$*" >>"$SCRATCH/apt-calls"
case "\$*" in
*update*) touch "$SCRATCH/lists" ;;
*install*)
    [ -e "$SCRATCH/lists" ] || { echo "E: Unable to locate package"; exit 100; }
    ln -s $gcc $PLAIN/aarch64-linux-gnu-gcc
    ;;
esac
EOF
chmod +x "$PLAIN/apt-get"
if [ "$(id -u)" != 0 ] || [ -n "$as_user" ]; then
    expect_one_line '^a64kit: .*run as root: apt-get install -y --no-install-recommends gcc-aarch64-linux-gnu$' \
        $as_user "$kit" hello
    [ ! -e apt-calls ] || fail "apt-get was called without root"
    printf '#!/bin/sh\necho "$*" >>"%s/sudo-calls"\nexec "$@"\n' "$SCRATCH" >"$PLAIN/sudo"
    chmod +x "$PLAIN/sudo"
    chmod a+rwx "$PLAIN"
fi
$as_user "$kit" hello >out 2>err || fail "$(cat err)"
expect "Hello, World!" cat out
[ "$(grep -c 'installing with apt, for .*: gcc-aarch64-linux-gnu (log:' err)" = 1 ] || fail "$(cat err)"
[ "$(grep -c . apt-calls)" = 3 ] || fail "not install, update, install: $(cat apt-calls)"
[ -z "$as_user" ] || grep -q '^env DEBIAN_FRONTEND=noninteractive apt-get' sudo-calls ||
    fail "sudo: $(cat sudo-calls)"

# The second run asks for nothing.
rm apt-calls
$as_user "$kit" hello >out 2>err || fail "$(cat err)"
[ ! -e apt-calls ] || fail "apt-get was called again"
[ ! -s err ] || fail "$(cat err)"

# When apt fails, its own words and the command are shown.
rm -rf kit/build "$PLAIN"/aarch64-linux-gnu-gcc
printf '#!/bin/sh\necho "E: no network here"\nexit 100\n' >"$PLAIN/apt-get"
expect_error '^E: no network here$' $as_user "$kit" hello
expect_match '^a64kit: apt failed \(log: .*\); the command was: .*apt-get install -y' tail -n 1 error.log
