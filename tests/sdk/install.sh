# SPDX-License-Identifier: MIT
# labels: full, timeout: 600
# The installed kit, in a path with spaces, as a plain user who cannot write to it, with no source tree in
# sight: commands, toolchain file, find_package, wrappers; moved elsewhere; removed by its package.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

need setpriv util-linux
need gzip gzip
[ "$(id -u)" = 0 ] || skip "this test becomes another user, which takes root"
plain_folder
copy_kit source mini
# The emulator under test takes the place of the mini one: the rules of installing are those of the kit.
"$CMAKE" -S source -B tree -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF >log 2>&1 || fail "$(cat log)"
build tree
prefix="$PLAIN/my tools/kit"
"$CMAKE" --install tree --prefix "$prefix" >log 2>&1 || fail "$(cat log)"
cp "$A64RUN" "$prefix/bin/a64run"
strip "$prefix/bin/a64run"
rm -rf source
# Nothing of where it was built is in it.
! grep -rIlF "$SCRATCH" "$prefix" >found || fail "paths of the build in: $(cat found)"
size=$(du -sk "$prefix" | cut -f1)
[ "$size" -le 15360 ] || fail "the installed kit has $size KiB"
mkdir "$PLAIN/user"
cp "$prefix"/share/a64kit/samples/01-hello/* "$PLAIN/user/"
chown -R 65534:65534 "$PLAIN/user"
mv "$PLAIN/my tools" "$PLAIN/moved tools"
prefix="$PLAIN/moved tools/kit"
chmod -R a+rX,go-w "$PLAIN/moved tools"

cd "$PLAIN/user"
as_nobody()
{
    setpriv --reuid=65534 --regid=65534 --clear-groups env -u AARCH64_EMULATOR HOME="$PLAIN/user" TMPDIR="$PLAIN/user" \
        PATH="$prefix/bin:/usr/bin:/bin" "$@"
}
expect "a64kit $(cat "$SOURCE_DIR/sdk/VERSION")" as_nobody a64kit version
expect "Hello, World!" as_nobody a64kit hello
expect "Hello, World!" as_nobody a64kit hello
as_nobody a64cc -O1 -o by-hand hello.c
expect "Hello, World!" as_nobody a64run ./by-hand
expect "Hello, World!" as_nobody a64kit run ./by-hand
expect_one_line "^a64kit: 'test' is for the source tree of a64kit; this is an installed kit" as_nobody a64kit test
expect_match '^ok +emulator .*/moved tools/kit/bin/a64run' as_nobody a64kit doctor
cat >>CMakeLists.txt <<'EOF2'
find_package(A64kit 0.1 REQUIRED)
file(WRITE ${CMAKE_BINARY_DIR}/expected "Hello, World!\n")
a64_add_test(NAME by_helper COMMAND $<TARGET_FILE:hello> EXPECTED_OUTPUT ${CMAKE_BINARY_DIR}/expected)
EOF2
# Not through ENV: a path with spaces on the command line, and the package found by the toolchain file.
as_nobody "$CMAKE" -B build -DCMAKE_TOOLCHAIN_FILE="$prefix/share/a64kit/aarch64.cmake" >log 2>&1 || fail "$(cat log)"
as_nobody "$CMAKE" --build build >log 2>&1 || fail "$(cat log)"
as_nobody "$CTEST" --test-dir build --no-tests=error --output-on-failure >log 2>&1 || fail "$(cat log)"
grep -q '100% tests passed, 0 tests failed out of 2' log || fail "$(cat log)"
grep -qF "$prefix/bin/a64run" build/CTestTestfile.cmake || fail "not the installed emulator"
as_nobody bash -c '. "$1/share/a64kit/environment-setup" && $CC -static -o env hello.c && a64run ./env' sh "$prefix" >out
expect "Hello, World!" cat out
# Commands that are files of their own.
expect "Hello, World!" as_nobody a64kit exec --how=preload ./by-hand
expect_match 'real machine yes' as_nobody a64kit file by-hand
expect "a64cc" as_nobody a64kit shell --how=preload -- sh -c 'echo $CC'
as_nobody a64kit new mine --c 2>log || fail "$(cat log)"
grep -qF "$prefix/share/a64kit" mine/cmake/aarch64.cmake || fail "the project does not know the kit"
as_nobody a64kit archive create build --output=tests.tar.gz 2>log || fail "$(cat log)"
expect_match '100% tests passed, 0 tests failed out of 2' as_nobody a64kit archive run tests.tar.gz
# A native build finds it as any other package.
as_nobody "$CMAKE" -B native -DCMAKE_PREFIX_PATH="$prefix" >log 2>&1 || fail "$(cat log)"
as_nobody a64kit clean
[ -x "$prefix/bin/a64run" ] || fail "clean removes what was installed"
for file in share/man/man1/a64run.1.gz share/man/man1/a64kit.1.gz share/man/man1/a64c++.1.gz share/bash-completion/completions/a64kit share/doc/a64kit/copyright; do
    [ -s "$prefix/$file" ] || fail "no $file"
done
# What is not whole says so.
rm "$prefix/bin/a64run"
expect_one_line '^a64kit: this installation is not complete: there is no ' as_nobody a64kit run ./by-hand
expect_error 'this installation of a64kit is not complete: there is no .*/bin/a64run' \
    as_nobody "$CMAKE" -B broken -DCMAKE_TOOLCHAIN_FILE="$prefix/share/a64kit/aarch64.cmake"
cd "$SCRATCH"
