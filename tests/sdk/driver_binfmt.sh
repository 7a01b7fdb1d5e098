# SPDX-License-Identifier: MIT
# labels: quick
# ./a64kit binfmt: what it registers, what it says where it cannot; and where the kernel lets users have a
# binfmt_misc of their own, programs that run by it, with argv[0] as it was given.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

kit=$SOURCE_DIR/a64kit
expect_match '^usage: ./a64kit binfmt --install' "$kit" binfmt --help
expect_match ' binfmt ' "$kit" help
expect_one_line '^a64kit: binfmt: give --install, --remove or --status' "$kit" binfmt
expect_one_line "^a64kit: binfmt: '--instal' is not" "$kit" binfmt --instal
expect_one_line '^a64kit: binfmt: --install and --remove: give one' "$kit" binfmt --install --remove
expect_one_line '^a64kit: there is no file .*/none/register: --folder is where' "$kit" binfmt --status \
    --folder="$SCRATCH/none"

# A folder that looks like the kernel's.
mkdir 'fake folder'
: >'fake folder/register'
echo enabled >'fake folder/status'
fake="--folder=$SCRATCH/fake folder"
expect_one_line '^a64kit: a64run is not registered; as root: ' "$kit" binfmt --status "$fake"
expect_one_line '^a64kit: a64run is not registered: there is nothing to remove$' "$kit" binfmt --remove "$fake"
mkdir 'the emulator'
ln "$A64RUN" 'the emulator/a64run' 2>/dev/null || cp "$A64RUN" 'the emulator/a64run'
AARCH64_EMULATOR="$SCRATCH/the emulator/a64run" "$kit" binfmt --install "$fake" 2>err || fail "$(cat err)"
grep -q "^a64kit: AArch64 programs now run with $SCRATCH/the emulator/a64run$" err || fail "$(cat err)"
case $(cat 'fake folder/register') in
":a64run:M::\\x7fELF"*"\\xb7\\x00:\\xff"*":$SCRATCH/the emulator/a64run:FP") ;;
*) fail "registered: $(cat 'fake folder/register')" ;;
esac
mkdir 'a:b'
ln 'the emulator/a64run' 'a:b/a64run'
AARCH64_EMULATOR="$SCRATCH/a:b/a64run" "$kit" binfmt --install "$fake" 2>err || fail "$(cat err)"
case $(cat 'fake folder/register') in
",a64run,M,,"*",$SCRATCH/a:b/a64run,FP") ;;
*) fail "registered: $(cat 'fake folder/register')" ;;
esac
printf 'enabled\ninterpreter /kit/a64run\nflags: PF\noffset 0\nmagic 7f45\n' >'fake folder/a64run'
printf 'enabled\ninterpreter /usr/bin/other\nflags: F\noffset 0\nmagic 7f454c460201010000000000000000000200b700\n' \
    >'fake folder/other'
expect 'registered: /kit/a64run, flags PF' "$kit" binfmt --status "$fake"
"$kit" binfmt --status "$fake" 2>&1 | grep -q '^a64kit: other is for AArch64 programs too: /usr/bin/other' ||
    fail 'the other one is not told'
rm 'fake folder/other'
sed -i s/enabled/disabled/ 'fake folder/a64run'
expect_one_line '^a64kit: a64run is registered .* but disabled; as root: echo 1 >' "$kit" binfmt --status "$fake"
"$kit" binfmt --remove "$fake" 2>err || fail "$(cat err)"
[ "$(cat 'fake folder/a64run')" = -1 ] || fail 'nothing was written to remove it'

# For real.
cat >tell.c <<'EOF'
#include <stdio.h>
#include <sys/auxv.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    char exe[4096] = "";
    readlink("/proc/self/exe", exe, sizeof exe - 1);
    printf("%s|%s|%s|%s\n", argv[0], argc > 1 ? argv[1] : "", (char *)getauxval(AT_EXECFN), exe);
    return argc;
}
EOF
a64cc -static -o tell tell.c
ln tell ./-odd
cat >real.sh <<'EOF'
mount -t binfmt_misc none "$SCRATCH/own" || exit 77
folder="--folder=$SCRATCH/own"
AARCH64_EMULATOR="$SCRATCH/the emulator/a64run" "$SOURCE_DIR/a64kit" binfmt --install "$folder" || exit 77
"$SOURCE_DIR/a64kit" binfmt --status "$folder" || exit 1
./tell a || echo $?
bash -c 'exec -a "not the path" ./tell ""'
bash -c 'exec -a -L ./tell -h'
PATH=. -odd -0
"$SOURCE_DIR/a64kit" binfmt --remove "$folder" || exit 1
./tell a 2>/dev/null || echo $?
EOF
mkdir own
unshare -Urm sh -c 'mount -t binfmt_misc none own' 2>/dev/null ||
    skip 'all but running programs by the kernel: it has no binfmt_misc for users (Linux 6.7)'
SCRATCH=$SCRATCH SOURCE_DIR=$SOURCE_DIR unshare -Urm sh real.sh >out 2>err || fail "$? $(cat out err)"
cat >wanted <<EOF
registered: $SCRATCH/the emulator/a64run, flags PF
./tell|a|./tell|$SCRATCH/tell
2
not the path||$SCRATCH/tell|$SCRATCH/tell
-L|-h|$SCRATCH/tell|$SCRATCH/tell
-odd|-0|./-odd|$SCRATCH/-odd
126
EOF
diff wanted out >differ || fail "$(cat differ err)"
