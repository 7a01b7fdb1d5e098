# SPDX-License-Identifier: MIT
# Sourced by every test of this folder. The test runs in an empty folder of its own ($SCRATCH) and
# fails at the first command that fails. Given by ctest: A64RUN, SOURCE_DIR, CMAKE, SCRATCH.
set -eu

: "${A64RUN:?path of the emulator}" "${SOURCE_DIR:?top of the kit}" "${SCRATCH:?scratch folder}"
: "${CMAKE:=cmake}"
CTEST=${CMAKE%cmake}ctest
TOOLCHAIN=$SOURCE_DIR/sdk/aarch64.cmake

rm -rf -- "$SCRATCH"
mkdir -p -- "$SCRATCH"
cd -- "$SCRATCH"

# What the user has set must not decide whether the tests pass. The emulator is the one under test.
unset A64CC_INTERP AARCH64_INTERP AARCH64_SYSROOT AARCH64_CPU AARCH64_TOOLCHAIN_PREFIX
unset AARCH64_STATIC AARCH64_SANITIZE AARCH64_HOOKS A64KIT_SYSROOTS A64KIT_SDK AARCH64_EMULATOR_ARGS A64KIT_BUILD CMAKE_TOOLCHAIN_FILE CMAKE_GENERATOR CMAKE_BUILD_TYPE
export LC_ALL=C
unset CC CXX CFLAGS CXXFLAGS CPPFLAGS LDFLAGS CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH
unset LD_LIBRARY_PATH PKG_CONFIG PKG_CONFIG_PATH PKG_CONFIG_LIBDIR MAKEFLAGS DESTDIR
export AARCH64_EMULATOR="$A64RUN"

a64cc()
{
    "$SOURCE_DIR/sdk/bin/a64cc" "$@"
}

a64cxx()
{
    "$SOURCE_DIR/sdk/bin/a64c++" "$@"
}

fail()
{
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

skip()
{
    printf 'SKIPPED: %s\n' "$*" >&2
    exit 77
}

need()
{
    command -v "$1" >/dev/null || skip "$1 is not installed (Debian package $2)"
}

# expect TEXT COMMAND...: the command succeeds and prints exactly TEXT on stdout.
expect()
{
    expected=$1
    shift
    actual=$("$@") || fail "exit status $? from: $*"
    [ "$actual" = "$expected" ] || fail "printed '$actual', not '$expected': $*"
}

# expect_match PATTERN COMMAND...: the command succeeds and an output line matches.
expect_match()
{
    pattern=$1
    shift
    "$@" >match.log 2>&1 || { cat match.log >&2; fail "exit status $? from: $*"; }
    grep -qE -- "$pattern" match.log || { cat match.log >&2; fail "no '$pattern' from: $*"; }
}

# expect_no_match PATTERN COMMAND...: the command succeeds and no output line matches.
expect_no_match()
{
    pattern=$1
    shift
    "$@" >match.log 2>&1 || { cat match.log >&2; fail "exit status $? from: $*"; }
    ! grep -qE -- "$pattern" match.log || { cat match.log >&2; fail "'$pattern' from: $*"; }
}

# expect_error PATTERN COMMAND...: the command fails, not by a signal, and one line matches.
expect_error()
{
    pattern=$1
    shift
    status=0
    "$@" >error.log 2>&1 || status=$?
    [ "$status" -ne 0 ] || { cat error.log >&2; fail "no failure from: $*"; }
    [ "$status" -lt 126 ] || { cat error.log >&2; fail "exit status $status from: $*"; }
    [ -z "$pattern" ] || grep -qE -- "$pattern" error.log || { cat error.log >&2; fail "no '$pattern' from: $*"; }
}

# expect_one_line PATTERN COMMAND...: like expect_error, and that line is all that is printed.
expect_one_line()
{
    expect_error "$@"
    [ "$(wc -l <error.log)" -eq 1 ] || { cat error.log >&2; fail "more than one line"; }
}

# cross TREE [CMAKE_ARG...]: configures the project in the current folder with the toolchain file.
cross()
{
    tree=$1
    shift
    "$CMAKE" -S . -B "$tree" -DCMAKE_TOOLCHAIN_FILE="$TOOLCHAIN" "$@" >"$tree.log" 2>&1 || {
        cat "$tree.log" >&2
        fail "configure of $tree failed"
    }
}

build()
{
    "$CMAKE" --build "$1" >"$1.build.log" 2>&1 || { cat "$1.build.log" >&2; fail "build of $1"; }
}

# run_ctest TREE [CTEST_ARG...]: all tests pass, and there is at least one.
run_ctest()
{
    tree=$1
    shift
    "$CTEST" --test-dir "$tree" --no-tests=error --output-on-failure "$@" >"$tree.ctest.log" 2>&1 ||
        { cat "$tree.ctest.log" >&2; fail "ctest in $tree"; }
}

# interpreter PROGRAM: what PT_INTERP of the program says, nothing when it has none.
interpreter()
{
    readelf -lW "$1" | sed -n 's/.*Requesting program interpreter: \(.*\)\]/\1/p'
}

# copy_kit FOLDER [mini]: a copy of the kit without its history and what was built. With `mini`
# its emulator is a small program that runs the emulator under test, and says what it is when asked
# for its version: enough to test when and how it is built, without the time a real build takes.
copy_kit()
{
    mkdir -p -- "$1"
    (cd "$SOURCE_DIR" && tar c --exclude=.git --exclude=.cache --exclude='./build*' --exclude=./out \
        --exclude=sdk/bin/a64run .) | tar x -C "$1"
    [ "${2-}" = mini ] || return 0
    rm -rf -- "$1/emulator" "$1/tests" "$1/bench"
    mkdir -- "$1/emulator" "$1/tests" "$1/bench"
    : >"$1/bench/CMakeLists.txt"
    cat >"$1/emulator/CMakeLists.txt" <<EOF
add_executable(a64run a64run.c)
EOF
    cat >"$1/emulator/a64run.c" <<EOF
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "-version"))
        return puts("mini emulator 1") < 0;
    argv[0] = "$A64RUN";
    execv(argv[0], argv);
    return 99;
}
EOF
    cat >"$1/tests/CMakeLists.txt" <<EOF
add_test(NAME mini COMMAND a64run -version)
EOF
}

hello_c()
{
    cat >hello.c <<'EOF'
#include <stdio.h>

int main(void)
{
    puts("hello from C");
    return 0;
}
EOF
}

hello_cxx()
{
    cat >hello.cpp <<'EOF'
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

int main()
{
    std::vector<std::string> words = {"C++", "hello", "from"};
    std::rotate(words.begin(), words.begin() + 1, words.end());
    for (const auto &word : words)
        std::printf("%s%s", word.c_str(), &word == &words.back() ? "\n" : " ");
    return 0;
}
EOF
}

# run_readme FILE: executes the ```sh blocks of the file in one shell, as a reader would, and
# compares the output of each with the ```text block that follows it, where there is one.
run_readme()
{
    readme_dir=$SCRATCH/readme
    mkdir -p -- "$readme_dir"
    awk -v dir="$readme_dir" '
        BEGIN { script = dir "/script"; print "set -eu" >script }
        /^```sh$/ { n++; kind = "sh"; printf "{\n" >script; next }
        /^```text$/ && after_sh { kind = "text"; expected = dir "/" n ".expected"; next }
        /^```/ && kind != "" {
            if (kind == "sh")
                printf "} >\"%s/%d.actual\"\n", dir, n >script
            else
                close(expected)
            after_sh = kind == "sh"; kind = ""; next
        }
        kind == "sh" { printf "%s\n", $0 >script; next }
        kind == "text" { print >expected; next }
        { after_sh = 0 }
        END { print n + 0 >(dir "/count") }' "$1"
    [ "$(cat "$readme_dir/count")" -gt 0 ] || fail "no commands in $1"
    sh "$readme_dir/script" 2>"$readme_dir/stderr" || {
        tail -n 20 "$readme_dir/stderr" >&2
        fail "a command of $1 failed, in block $(ls "$readme_dir" | grep -c actual)"
    }
    for expected in "$readme_dir"/*.expected; do
        [ -e "$expected" ] || continue
        diff -u "$expected" "${expected%expected}actual" >&2 || fail "not the output that $1 shows"
    done
}

# plain_folder: makes $PLAIN, a folder whose path has no spaces, for what other programs (make,
# pkg-config) cannot handle otherwise. It is removed at the end.
plain_folder()
{
    PLAIN=$(mktemp -d "${TMPDIR:-/tmp}/a64kit-test.XXXXXX")
    chmod a+rx "$PLAIN"
    trap 'rm -rf -- "$PLAIN"' EXIT
}

# path_without NAME...: makes $PLAIN with all programs of this machine but the named ones.
path_without()
{
    plain_folder
    for dir in /usr/local/bin /usr/bin /bin; do
        for program in "$dir"/*; do
            name=${program##*/}
            case " $* " in
            *" $name "*) ;;
            *) [ -e "$PLAIN/$name" ] || ln -s "$program" "$PLAIN/" ;;
            esac
        done
    done
}
