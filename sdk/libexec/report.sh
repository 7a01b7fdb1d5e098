#: report CORE :: explain a core file of an AArch64 program
# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Part of the driver: a64report, which stands beside a64run.

command_usage()
{
    cat <<'END'
usage: a64kit report [--json] CORE

Prints what 'a64run --report' prints of a crash, from a core file: the stacks of all threads, with inlined
functions and source lines, registers, and what the emulator knew of the cause. The program and its libraries
must still be where they were.
END
}

command_main()
{
    (($#)) || refuse "name a core file"
    ready_emulator
    local reporter
    reporter=$(readlink -f -- "$emulator")
    reporter=${reporter%/*}/a64report
    [[ -x $reporter ]] ||
        die "there is no $reporter: apt-get install libdw-dev, then build the emulator again"
    start "$reporter" "$@"
}
