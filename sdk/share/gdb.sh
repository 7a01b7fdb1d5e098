#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# gdb.sh debug [a64run options] PROG [ARG...]   a program under gdb: both sides are started
# gdb.sh debug --test NAME                      the program of a test of ctest, of the build in this folder (or --test-dir DIR)
# gdb.sh attach PID                             gdb for a program that runs
#
# A64RUN is the emulator; GDB another debugger than gdb-multiarch; GDB_ARGS words for it. The program has its own session, so
# that Ctrl-C is gdb's. It reads what is given as standard input if that is no terminal.
set -euo pipefail
A64RUN=${A64RUN:-a64run}
GDB=${GDB:-gdb-multiarch}

die()
{
    printf 'a64kit: %s\n' "$*" >&2
    exit 1
}

# run_gdb SOCKET: gdb reads the program and its libraries as the program sees them, through the connection. Its standard
# input is the terminal even if the program has another.
run_gdb()
{
    local input=/dev/stdin
    [[ -t 0 || ! -t 1 ]] || input=/dev/tty
    # shellcheck disable=SC2086
    "$GDB" -q ${GDB_ARGS-} -ex "target remote $1" <"$input" 2>&5 5>&-
}

# The words of a test's command, one a line.
test_command()
{
    local script json
    script=$folder/words.cmake json=$folder/tests.json
    ctest --test-dir "$2" --show-only=json-v1 -R "^$1\$" >"$json" 2>/dev/null || die "debug --test: no tests in $2 (give the build's folder with --test-dir)"
    cat >"$script" <<'CMAKE'
file(READ "${JSON}" text)
string(JSON n ERROR_VARIABLE bad LENGTH "${text}" tests)
if(bad OR n EQUAL 0)
    message(FATAL_ERROR "none")
endif()
string(JSON words LENGTH "${text}" tests 0 command)
math(EXPR last "${words} - 1")
foreach(i RANGE ${last})
    string(JSON word GET "${text}" tests 0 command ${i})
    file(APPEND "${OUT}" "${word}\n")
endforeach()
string(JSON properties LENGTH "${text}" tests 0 properties)
math(EXPR last "${properties} - 1")
foreach(i RANGE ${last})
    string(JSON name GET "${text}" tests 0 properties ${i} name)
    if(name STREQUAL "WORKING_DIRECTORY")
        string(JSON dir GET "${text}" tests 0 properties ${i} value)
        file(WRITE "${OUT}.dir" "${dir}")
    endif()
endforeach()
CMAKE
    cmake -DJSON="$json" -DOUT="$folder/words" -P "$script" >/dev/null 2>&1 || die "debug --test: there is no test '$1' in $2"
}

debug()
{
    local test='' dir=. socket=$folder/gdb pid status=0
    while [[ ${1-} == --test* ]]; do
        case $1 in
        --test) test=${2-} && shift 2 ;;
        --test-dir) dir=${2-} && shift 2 ;;
        *) die "debug: unknown option $1; there are --test NAME and --test-dir DIR" ;;
        esac
    done
    local words=("$A64RUN" "$@")
    if [[ -n $test ]]; then
        test_command "$test" "$dir"
        mapfile -t words <"$folder/words"
        [[ ! -f $folder/words.dir ]] || cd -- "$(<"$folder/words.dir")"
    fi
    exec 4<&0
    [[ ! -t 4 ]] || exec 4</dev/null
    [[ -t 0 || -t 1 || -n ${GDB_ARGS-} ]] || exec 4</dev/null
    A64RUN_GDB=$socket setsid --wait "${words[@]}" <&4 &
    pid=$!
    exec 4<&-
    for ((i = 0; i < 100; i++)); do
        [[ ! -S $socket ]] || break
        kill -0 $pid 2>/dev/null || { wait $pid || exit $?; die "the program has ended, and no a64run was there to debug"; }
        sleep 0.05
    done
    [[ -S $socket ]] || die "the command does not start the program with a64run, or not at once"
    # A program that gdb has killed is no news of the shell's.
    { run_gdb "$socket" || status=$?; wait $pid || true; } 2>/dev/null
    return $status
}

attach()
{
    local socket
    [[ $1 =~ ^[0-9]+$ ]] || die "attach: '$1' is no process's number"
    socket=$("$A64RUN" --attach="$1")
    run_gdb "$socket"
}

exec 5>&2
folder=$(mktemp -d /tmp/a64kit-gdb.XXXXXX)
trap 'rm -rf -- "$folder"' EXIT
case $1 in
debug) shift && debug "$@" ;;
attach) attach "$2" ;;
*) die "gdb.sh: debug or attach" ;;
esac
