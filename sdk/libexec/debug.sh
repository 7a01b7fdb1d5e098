#: debug PROG :: an AArch64 program, or a test, under gdb
# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Part of the driver: a64run and gdb-multiarch, both started (sdk/share/gdb.sh).

command_usage()
{
    cat <<'END'
usage: a64kit debug [a64run options] PROG [ARG...]
       a64kit debug --test NAME [--test-dir DIR]

Starts PROG with a64run, waiting, and gdb-multiarch connected to it. gdb reads the program and its libraries
as the program sees them. Ctrl-C is gdb's; the program's standard input is what is given, if that is no
terminal. --test runs the command of a test of ctest, of the build in this folder or in DIR.
Environment: GDB       another debugger than gdb-multiarch
             GDB_ARGS  words for it, before the connection is made
END
}

command_main()
{
    (($#)) || refuse "give a program, or --test NAME"
    ready_emulator
    type -P "${GDB:-gdb-multiarch}" >/dev/null ||
        die "debug: there is no ${GDB:-gdb-multiarch}; sudo apt-get install gdb-multiarch"
    A64RUN=$emulator bash "$sdk/share/gdb.sh" debug "$@"
}
