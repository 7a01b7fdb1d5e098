# SPDX-License-Identifier: MIT
# labels: quick, timeout: 300
# ./a64kit hello: the first run builds, the second does no set-up work at all, a changed source
# builds again; from any folder, through a link, in a path with spaces, after a move.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

copy_kit "my kit" mini
unset AARCH64_EMULATOR
kit=$SCRATCH/my\ kit/a64kit

(cd / && "$kit" hello >"$SCRATCH/out" 2>"$SCRATCH/err") || fail "$(cat err)"
expect "Hello, World!" cat out
[ ! -s err ] || fail "$(cat err)"
[ "$(readlink "my kit/sdk/bin/a64run")" = "$SCRATCH/my kit/build/kit/emulator/a64run" ] ||
    fail "sdk/bin/a64run is not linked"

# With tools that refuse to work, only a run that needs none of them succeeds.
mkdir refuse
for tool in cmake ninja make gcc cc ld aarch64-linux-gnu-gcc apt-get sudo; do
    printf '#!/bin/sh\necho "%s was called" >&2\nexit 1\n' $tool >refuse/$tool
    chmod +x refuse/$tool
done
quiet()
{
    (PATH="$SCRATCH/refuse:$PATH" && "$@" >"$SCRATCH/out" 2>"$SCRATCH/err") || fail "$(cat "$SCRATCH/err")"
    expect "Hello, World!" cat "$SCRATCH/out"
    [ ! -s "$SCRATCH/err" ] || fail "set-up in a second run: $(cat "$SCRATCH/err")"
}
quiet "$kit" hello
ln -s "$kit" link
quiet ./link hello
(cd "my kit" && quiet bash a64kit hello)

# A change is seen: in the sample, in the emulator, in the toolchain file.
sleep 0.05
sed -i 's/Hello, World!/Hello, change!/' "my kit/samples/01-hello/hello.c"
expect "Hello, change!" "$kit" hello
for file in emulator/a64run.c sdk/aarch64.cmake; do
    sleep 0.05
    touch "my kit/$file"
    expect "Hello, change!" "$kit" hello
    [ "my kit/build/.hello-is-current" -nt "my kit/$file" ] || fail "$file was changed, and nothing was built"
done
sleep 0.05
sed -i 's/Hello, change!/Hello, World!/' "my kit/samples/01-hello/hello.c"
"$kit" hello >/dev/null 2>&1
quiet "$kit" hello

mv "my kit" "moved kit"
kit=$SCRATCH/moved\ kit/a64kit
expect "Hello, World!" "$kit" hello
quiet "$kit" hello

# An error of the compiler is shown, and the next run starts again.
sleep 0.05
echo 'syntax error' >>"moved kit/samples/01-hello/hello.c"
expect_error 'hello.c:.*error' "$kit" hello
expect_match '^a64kit: this failed \(log: .*/build/hello/build.log\): cmake --build' tail -n 1 error.log
expect_error 'hello.c:.*error' "$kit" hello

"$kit" clean
[ ! -e "moved kit/build/kit" ] && [ ! -e "moved kit/build/hello" ] || fail "clean leaves things"
