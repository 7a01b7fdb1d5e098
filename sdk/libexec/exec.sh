#: exec [--] CMD... :: a host command that starts AArch64 programs
# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Part of the driver: runs a command of the host so that AArch64 programs start like any others, with no root
# and nothing changed for others. Also read by shell.sh.

command_usage()
{
    cat <<'END'
usage: a64kit exec [--how=WAY] [--] COMMAND [ARG...]

Runs COMMAND, a program of this machine (make check, ctest, sh script.sh), so that it can start AArch64
programs directly. WAY, by default the first that works here:
  kernel     a64run is registered with the kernel (a64kit binfmt --install)
  namespace  it is registered for COMMAND and its children only, in a user namespace (Linux 6.7)
  preload    a library in the programs that COMMAND starts looks at what they execute; static ones are not
             seen
The exit status is that of COMMAND.
END
}

command_main()
{
    local how words
    way_and_command "$@"
    ((${#words[@]})) || refuse "give a command: a64kit exec -- make check"
    ready_emulator
    exec_transparently "$how" "${words[@]}"
}

# way_and_command [--how=WAY] [--] [COMMAND [ARG...]]: sets $how, empty without the option, and the command, $words.
way_and_command()
{
    how=''
    while (($#)); do
        case $1 in
        --how=kernel | --how=namespace | --how=preload) how=${1#*=} ;;
        --how=*) refuse "'${1#*=}' is not kernel, namespace or preload" ;;
        --)
            shift
            break
            ;;
        -*) refuse "'$1' is no option" ;;
        *) break ;;
        esac
        shift
    done
    words=("$@")
}

# exec_transparently WAY COMMAND...: does not come back.
exec_transparently()
{
    local how=$1
    shift
    [[ $1 == */* && -e $1 ]] || type -P -- "$1" >/dev/null || { say "$command: there is no program $1"; exit 127; }
    if [[ -z $how ]]; then
        if kernel_knows; then how=kernel; elif namespace_works; then how=namespace; else how=preload; fi
    fi
    case $how in
    kernel)
        kernel_knows || die "exec: a64run is not registered with the kernel: sudo a64kit binfmt --install"
        exec "$@"
        ;;
    namespace)
        namespace_works ||
            die "exec: no user namespace with binfmt_misc here (it takes Linux 6.7 and unprivileged user namespaces): --how=preload"
        in_namespace "$@"
        ;;
    preload)
        ready_preload
        export A64KIT_EXEC_EMULATOR=$emulator
        # The program may be one itself: env is what looks at it. A blank or colon would separate two libraries: such a path gets a link as long as the command runs.
        if [[ $preload == *[[:space:]:]* ]]; then
            link=$(mktemp -d)
            trap 'rm -rf -- "$link"' EXIT
            ln -s -- "$preload" "$link/liba64exec.so"
            local status=0
            LD_PRELOAD=$link/liba64exec.so${LD_PRELOAD:+:$LD_PRELOAD} env "$@" || status=$?
            exit "$status"
        fi
        LD_PRELOAD=$preload${LD_PRELOAD:+:$LD_PRELOAD} exec env "$@"
        ;;
    esac
}

kernel_knows()
{
    local entry=/proc/sys/fs/binfmt_misc/a64run
    [[ -r $entry ]] && grep -qx enabled "$entry"
}

# An entry of our own is made in a namespace that ends at once.
namespace_works()
{
    type -P unshare >/dev/null && in_namespace_setup true 2>/dev/null
}

# In a user namespace a mount of binfmt_misc is one's own; where the caller is not root, a second namespace
# gives the user number back.
in_namespace_setup()
{
    local register=":a64run:M::$binfmt_magic:$binfmt_mask:$emulator:FP" back=()
    [[ $emulator != *:* ]] || register=",a64run,M,,$binfmt_magic,$binfmt_mask,$emulator,FP"
    ((EUID == 0)) || back=(unshare --user --map-user="$EUID" --map-group="$(id -g)" --)
    unshare --user --map-root-user --mount -- sh -c '
        mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc &&
        printf %s "$1" >/proc/sys/fs/binfmt_misc/register && shift && exec "$@"' sh "$register" "${back[@]}" "$@"
}

in_namespace()
{
    local status=0
    in_namespace_setup "$@" || status=$?
    exit "$status"
}

# Sets $preload. An installed kit brings it, it is built beside the emulator, for any other emulator it is compiled once.
ready_preload()
{
    for preload in "${emulator%/*}/liba64exec.so" "$root/lib/a64kit/liba64exec.so"; do
        [[ ! -e $preload ]] || return 0
    done
    preload=$build/liba64exec.so
    [[ ! -e $preload || $sdk/preload/exec.c -nt $preload ]] || return 0
    (
        forget_cross_environment
        need_for_emulator
        install_missing "compiling the preloaded library"
        prepare_build
        progress 'compiling the preloaded library'
        step "$build/preload.log" cc -O2 -shared -fPIC -o "$preload.new" "$sdk/preload/exec.c"
        progress
        mv -- "$preload.new" "$preload"
    ) || exit
}
