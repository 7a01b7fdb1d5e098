#: attach PID :: gdb for a program that runs already
# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Part of the driver: gdb-multiarch for a process (sdk/share/gdb.sh).

command_usage()
{
    cat <<'END'
usage: a64kit attach PID

Connects gdb-multiarch to a program that a64run runs; it need not have been started for that. When gdb
leaves it (detach, quit) it runs on. Environment: GDB, GDB_ARGS as for a64kit debug.
END
}

command_main()
{
    (($# == 1)) || refuse "give the number of a process; ps lists them, by the names of their programs"
    ready_emulator
    type -P "${GDB:-gdb-multiarch}" >/dev/null ||
        die "attach: there is no ${GDB:-gdb-multiarch}; sudo apt-get install gdb-multiarch"
    A64RUN=$emulator bash "$sdk/share/gdb.sh" attach "$1"
}
