#: shell [-- CMD...] :: a shell with CC and so on set, and exec's powers
# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Part of the driver: environment-setup and exec together.

# shellcheck source=SCRIPTDIR/exec.sh
. "$sdk/libexec/exec.sh"

command_usage()
{
    cat <<'END'
usage: a64kit shell [--how=WAY] [--] [COMMAND [ARG...]]

Starts $SHELL (or COMMAND) with the variables of environment-setup, CC, CXX, PKG_CONFIG and so on, where
AArch64 programs start directly as with 'a64kit exec', whose --how it takes: ./configure $CONFIGURE_FLAGS
&& make && make check.
END
}

command_main()
{
    local how words
    way_and_command "$@"
    ready_emulator
    # shellcheck source=SCRIPTDIR/../environment-setup
    . "$sdk/environment-setup"
    PATH=${emulator%/*}:$PATH
    ((${#words[@]})) || words=("${SHELL:-/bin/sh}")
    [[ ! -t 0 ]] || say "CC is $CC, programs run with $emulator; exit leaves this shell"
    exec_transparently "$how" "${words[@]}"
}
