#: compare PROG... :: a program here and in qemu-aarch64: the difference
# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Part of the driver: one program, two emulators.

command_usage()
{
    cat <<'END'
usage: a64kit compare [--qemu=PATH] [--calls] [--] PROG [ARG...]

Runs an AArch64 program in a64run and in qemu-aarch64, each in its turn, with the same standard input, and
compares standard output, standard error and exit status. --calls compares the names of the system calls, too,
in their order (of the first thread). Exit status 0 if both are the same, 1 if not.
END
}

command_main()
{
    local qemu=qemu-aarch64 calls=''
    while (($#)); do
        case $1 in
        --qemu=?*) qemu=${1#*=} ;;
        --calls) calls=1 ;;
        --)
            shift
            break
            ;;
        -*) refuse "'$1' is not --qemu= or --calls" ;;
        *) break ;;
        esac
        shift
    done
    (($#)) || refuse "name a program"
    [[ -e $1 ]] || die "compare: there is no $1"
    type -P "$qemu" >/dev/null || die "compare: there is no $qemu: sudo apt-get install qemu-user, or --qemu=PATH"
    ready_emulator
    local work
    work=$(mktemp -d)
    # shellcheck disable=SC2064
    trap "rm -rf -- '$work'" EXIT
    : >"$work/stdin"
    [[ -t 0 ]] || cat >"$work/stdin"
    # shellcheck source=SCRIPTDIR/../share/sysroot.sh
    . "$sdk/share/sysroot.sh"
    compare_run "$work/a64run" "$emulator" -L "$sysroot" "$@"
    compare_run "$work/qemu" "$qemu" -L "$sysroot" "$@"
    local what different=''
    for what in stdout stderr status; do
        compare_show "$what" || different=1
    done
    if [[ -n $calls ]]; then
        local of
        compare_run "$work/a64run" "$emulator" -L "$sysroot" -strace "$@"
        compare_run "$work/qemu" "$qemu" -L "$sysroot" -strace "$@"
        for of in a64run qemu; do
            # NUMBER name(...: of the process that made the first call; qemu has no name for rseq
            awk '/ rseq\(/ { next }
                match($2, /^[a-z_0-9]+\(/) { if (!first) first = $1; if ($1 == first) print substr($2, 1, RLENGTH - 1) }' \
                "$work/$of.stderr" >"$work/$of.calls"
        done
        compare_show calls || different=1
    fi
    [[ -n $different ]] || { echo "the same: exit status $(<"$work/a64run.status"), $(wc -c <"$work/a64run.stdout") bytes of output"; exit 0; }
    exit 1
}

# compare_run PREFIX COMMAND...
compare_run()
{
    local to=$1 status=0
    shift
    progress "running it in ${1##*/}"
    # The shell's own message of a signal is left out.
    { "$@" <"$work/stdin" >"$to.stdout" 2>"$to.stderr" || status=$?; } 2>/dev/null
    # What qemu says of a signal, a64run says by dying of it.
    sed -i '/^qemu: uncaught target signal/d' "$to.stderr"
    echo "$status" >"$to.status"
    progress
}

compare_show()
{
    cmp -s "$work/a64run.$1" "$work/qemu.$1" && return 0
    echo "$1 differs:"
    diff -a -U3 --label "a64run $1" --label "qemu-aarch64 $1" "$work/a64run.$1" "$work/qemu.$1" | head -n 60
    return 1
}
