# SPDX-License-Identifier: MIT
# labels: full, timeout: 300
# a64kit exec and shell: scripts, make, ctest and python start AArch64 programs by themselves, in each way that
# works here, as root and as a plain user; arguments, argv[0], exit status and signals arrive.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

need make make
kit=$SOURCE_DIR/a64kit
export A64KIT_BUILD="$SCRATCH/made"
cat >show.c <<'EOF2'
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    printf("%s", strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0]);
    for (int i = 1; i < argc; i++)
        printf(" [%s]", argv[i]);
    puts(getenv("LD_PRELOAD") ? " preloaded" : "");
    fflush(stdout);
    if (argc > 1 && !strcmp(argv[1], "again"))
        execl(argv[0], "renamed", "child", (char *)0);
    if (argc > 1 && !strcmp(argv[1], "abort"))
        abort();
    return argc > 1 && !strcmp(argv[1], "seven") ? 7 : 0;
}
EOF2
a64cc -o show show.c
a64cc -static -o static show.c
cat >script.sh <<'EOF2'
#!/bin/sh
./show "a b" ""
./static static
PATH=$PWD:$PATH
show from path
./show again
./show seven || echo "status $?"
(./show abort) 2>/dev/null || echo "status $?"
env X=1 ./show by env
find . -name static -exec {} by find ';'
echo xargs | xargs ./show
EOF2
chmod +x script.sh
cat >expected <<'EOF2'
show [a b] []
static [static]
show [from] [path]
show [again]
renamed [child]
show [seven]
status 7
show [abort]
status 134
show [by] [env]
static [by] [find]
show [xargs]
EOF2
cat >Makefile <<'EOF2'
check: ; @./show by make
EOF2
mkdir project
cat >project/CMakeLists.txt <<'EOF2'
cmake_minimum_required(VERSION 3.20)
project(old LANGUAGES C)
enable_testing()
add_executable(show ../show.c)
add_test(old show)
add_test(NAME file COMMAND $<TARGET_FILE:show>)
add_test(NAME env COMMAND ${CMAKE_COMMAND} -E env X=1 $<TARGET_FILE:show>)
add_test(NAME script COMMAND sh -c "'$<TARGET_FILE:show>' && exec '$<TARGET_FILE:show>'")
EOF2
(cd project && cross build && build build)

every_way()
{
    for how in namespace preload; do
        if [ $how = namespace ] && ! "$@" --how=$how -- true 2>log; then
            grep -q 'no user namespace with binfmt_misc here' log || fail "$(cat log)"
            echo "not tried: $(cat log)"
            continue
        fi
        "$@" --how=$how -- ./script.sh >out || fail "$how: $(cat out)"
        diff expected out >&2 || fail "$how"
        expect "show [by] [make]" "$@" --how=$how -- make -s check
        [ ! -d project ] || "$@" --how=$how -- "$CTEST" --test-dir project/build --no-tests=error --output-on-failure >out 2>&1 || fail "$how: $(cat out)"
        [ ! -d project ] || grep -q '100% tests passed, 0 tests failed out of 4' out || fail "$how: $(cat out)"
        status=0
        "$@" --how=$how -- ./show seven >out || status=$?
        [ $status = 7 ] || fail "$how: exit status $status"
        # Host programs go on as before, and nothing stays registered.
        expect host "$@" --how=$how sh -c 'echo host'
        [ ! -e /proc/sys/fs/binfmt_misc/a64run ] || fail "registered outside"
    done
}
every_way "$kit" exec
"$kit" exec ./show default >out || fail "the way it chooses"
expect "show [default]" cat out
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
    plain_folder
    cp -L "$A64RUN" "$PLAIN/a64run"
    cp -r "$SOURCE_DIR/a64kit" "$SOURCE_DIR/sdk" show static script.sh expected Makefile "$PLAIN/"
    chown -R 65534:65534 "$PLAIN"
    as_nobody="setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=$PLAIN A64KIT_BUILD=$PLAIN/made"
    (
        AARCH64_EMULATOR=$PLAIN/a64run
        cd "$PLAIN"
        every_way $as_nobody "$PLAIN/a64kit" exec
        expect 65534 $as_nobody "$PLAIN/a64kit" exec id -u
    ) || exit
fi
# The shell: variables of environment-setup, programs by their name.
expect "a64cc
show [in] [a] [shell]" "$kit" shell -- sh -c 'echo $CC; $CC -o compiled show.c && mv compiled show && ./show in a shell'
expect_one_line "^a64kit: exec: give a command" "$kit" exec
for how in '' --how=preload; do
    status=0
    "$kit" exec $how -- no-such-program 2>words || status=$?
    [ "$status" = 127 ] || fail "exit status $status for a program that is not there"
    expect "a64kit: exec: there is no program no-such-program" cat words
done
expect_one_line "'magic' is not kernel, namespace or preload" "$kit" exec --how=magic ./show
expect_one_line "a64run is not registered with the kernel" "$kit" exec --how=kernel ./show
status=0
"$kit" exec ./no-such 2>log || status=$?
[ $status = 127 ] || fail "status $status of a program that is not there"
