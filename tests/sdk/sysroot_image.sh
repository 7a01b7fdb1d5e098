# SPDX-License-Identifier: MIT
# labels: full, timeout: 300
# a64kit sysroot create --from-image: the files of a machine as tar archives them; a project is compiled and run with its libraries.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

kit=$SOURCE_DIR/a64kit
export XDG_CACHE_HOME="$SCRATCH/cache" A64KIT_SYSROOTS="$SCRATCH/my sysroots"
cross_lib=/usr/aarch64-linux-gnu/lib
lib=tree/usr/lib/aarch64-linux-gnu
mkdir -p "$lib" tree/usr/include tree/usr/share/doc/two tree/dev tree/etc/private tree/var/lib/dpkg tree/usr/include/dev
ln -s usr/lib tree/lib
cp "$cross_lib"/libc.so.6 "$cross_lib"/ld-linux-aarch64.so.1 "$lib"
ln -s /lib/aarch64-linux-gnu/ld-linux-aarch64.so.1 tree/usr/lib/ld-linux-aarch64.so.1
echo 'int two(void) { return 2; }' >two.c
a64cc -shared -fPIC -Wl,-soname,libtwo.so.1 -o "$lib/libtwo.so.1" two.c
ln -s /usr/lib/aarch64-linux-gnu/libtwo.so.1 "$lib/libtwo.so"
echo 'int two(void);' >tree/usr/include/two.h
: >tree/usr/include/dev/three.h
echo text >tree/usr/share/doc/two/README
mkfifo tree/dev/initctl
echo no-cache-of-theirs >tree/etc/ld.so.cache
printf 'Package: libtwo\nStatus: install ok installed\nVersion: 2.0-1\n\nPackage: gone\nStatus: deinstall ok config-files\nVersion: 1\n' \
    >tree/var/lib/dpkg/status
chmod 500 tree/etc/private
tar -czf 'a board.tar.gz' -C tree .

expect_match 'made .*/my sysroots/board: use it with -DAARCH64_SYSROOT=board' "$kit" sysroot create board --from-image='a board.tar.gz'
expect_match '^board +image +glibc 2\.[0-9]+ +1 packages .*a board.tar.gz$' "$kit" sysroot list
expect 'libtwo 2.0-1' "$kit" sysroot list board
root=$("$kit" sysroot path board)
[ ! -e "$root/dev/initctl" ] && [ ! -e "$root/usr/share/doc/two" ] || fail "more than compilers and programs look at"
[ -e "$root/usr/include/dev/three.h" ] || fail "a folder is left out for its name"
[ ! -s "$root/etc/ld.so.cache" ] || fail "a cache of another place"
[ -e "$root/usr/lib/aarch64-linux-gnu/libtwo.so" ] || fail "an absolute link leads nowhere"

cat >use.c <<'EOF'
#include <two.h>
int main(void) { return two() - 2; }
EOF
cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(use LANGUAGES C)
enable_testing()
find_library(TWO two REQUIRED)
add_executable(use use.c)
target_link_libraries(use ${TWO})
add_test(NAME use COMMAND use)
EOF
cross build -DAARCH64_SYSROOT=board
build build
run_ctest build
expect_match 'NEEDED.*libtwo.so.1' readelf -d build/use

# The same again from its lock, as long as the image is there and the same.
"$kit" sysroot lock board >board.lock
expect_match 'made' "$kit" sysroot create again --lock=board.lock
diff -r "$root" "$("$kit" sysroot path again)" >&2 || fail "another one from the lock"
expect_one_line "'again' was made from an image" "$kit" sysroot add again zlib1g
"$kit" sysroot remove again
tar -cf 'a board.tar.gz' -C tree usr lib
expect_error 'the image of the lock, .*a board.tar.gz, is gone or is another now' "$kit" sysroot create again --lock=board.lock

expect_error 'no-such.tar: there is no such file' "$kit" sysroot create x --from-image=no-such.tar
expect_error 'use.c is no tar archive' "$kit" sysroot create x --from-image=use.c
expect_error 'goes with no --suite' "$kit" sysroot create x --from-image=board.lock zlib1g
: >manifest.json
tar -cf saved.tar manifest.json
expect_error 'docker export' "$kit" sysroot create x --from-image=saved.tar
tar -cf other.tar use.c
expect_error 'other.tar has no usr/lib/aarch64-linux-gnu: ' "$kit" sysroot create x --from-image=other.tar

# Whatever an image holds, nothing outside of the sysroot is changed.
mkdir outside
echo mine >outside/ld.so.cache
echo mine >outside/lock
ln -s real outside/victim
before=$(ls -l --time-style=full-iso outside; cat outside/ld.so.cache outside/lock)
hostile() {
    cp -a tree evil
    (cd evil && eval "$1")
    tar -cf evil.tar -C evil .
    rm -rf evil
    "$kit" sysroot create evil --from-image=evil.tar >log 2>&1 && "$kit" sysroot remove evil
    [ "$(ls -l --time-style=full-iso outside; cat outside/ld.so.cache outside/lock)" = "$before" ] || fail "outside is changed by: $1"
}
up=../../../../../../../../../../../../../../../../..
hostile "chmod 700 etc/private && rm -rf etc && ln -s '$up$PWD/outside' etc"
hostile "ln -s '$up$PWD/outside' .a64kit"
hostile "mkdir .a64kit && ln -s '$up$PWD/outside/lock' .a64kit/lock && ln -s '$up$PWD/outside/lock' .a64kit/glibc"
hostile "rm lib && ln -s '$up$PWD/outside' lib"
newline=$(printf 'y\n.') newline=${newline%.}
hostile "ln -s /x usr/y && mkdir -p \"usr/\$newline$PWD/outside\" && ln -s /etc/passwd \"usr/\$newline$PWD/outside/victim\""
# An absolute link at the top, a pipe and a program with powers.
rm -f tree/lib
ln -s /usr/lib tree/lib
mkfifo tree/usr/pipe
cp /bin/true tree/usr/powers
chmod 6755 tree/usr/powers
tar -cf odd.tar -C tree .
expect_match 'made' "$kit" sysroot create odd --from-image=odd.tar
root=$("$kit" sysroot path odd)
[ "$(readlink "$root/lib")" = usr/lib ] && [ ! -e "$root/usr/pipe" ] && [ ! -u "$root/usr/powers" ] && [ ! -g "$root/usr/powers" ] ||
    fail "odd files: $(ls -l "$root" "$root/usr")"
"$kit" sysroot remove odd
rm "$lib/libc.so.6"
mkfifo "$lib/libc.so.6"
tar -cf pipe.tar -C tree .
expect_error 'holds no C library' timeout 60 "$kit" sysroot create x --from-image=pipe.tar
rm "$lib/libc.so.6"
tar -cf no-libc.tar -C tree .
expect_error 'holds no C library' "$kit" sysroot create x --from-image=no-libc.tar
[ "$(ls -A "$A64KIT_SYSROOTS" | tr '\n' ' ')" = '.busy board ' ] || fail "left: $(ls -A "$A64KIT_SYSROOTS")"
