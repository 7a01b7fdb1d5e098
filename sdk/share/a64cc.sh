# SPDX-License-Identifier: MIT
# The body of a64cc and a64c++, which set $driver (gcc or g++) and $tool and source this file.
# Plain sh without forks: the wrapper stands in front of every compilation of a project.

die()
{
    echo "$tool: $*" >&2
    exit 1
}

interp=${A64CC_INTERP:-target}
interp_from=A64CC_INTERP
prefix=${AARCH64_TOOLCHAIN_PREFIX:-aarch64-linux-gnu-}
own_headers=1

for arg do
    shift
    case $arg in
    --interp=*)
        interp=${arg#--interp=}
        interp_from=--interp
        ;;
    --interp) die "--interp needs its value in one word: --interp=target or --interp=sysroot" ;;
    --sysroot | --sysroot=* | -isysroot*)
        # The caller's own root of the header search takes the place of the kit's.
        own_headers=
        set -- "$@" "$arg"
        ;;
    *) set -- "$@" "$arg" ;;
    esac
done

compiler=$prefix$driver
command -v -- "$compiler" >/dev/null ||
    die "$prefix$driver not found in PATH; install it with: sudo apt-get install" \
        "$driver-aarch64-linux-gnu libc6-dev-arm64-cross (or set AARCH64_TOOLCHAIN_PREFIX)"

# Debian's cross compiler has the host's / as its sysroot; another one has its own.
debian=1
[ "$prefix" = aarch64-linux-gnu- ] || [ "$("$compiler" -print-sysroot)" = / ] || debian=

# -fuse-ld=lld is looked for there.
[ -z "$debian" ] || set -- "-B$share/linkers" "$@"

case $interp in
target) ;; # the compiler's default, /lib/ld-linux-aarch64.so.1, is where real machines have it
sysroot)
    [ -n "$debian" ] || die "$interp_from=sysroot needs Debian's compiler, but" \
        "AARCH64_TOOLCHAIN_PREFIX=$prefix has a sysroot of its own: use target"
    set -- "-specs=$share/sysroot-interp.specs" "$@"
    ;;
*) die "bad $interp_from value '$interp': use target or sysroot" ;;
esac

. "$share/sysroot.sh"
if [ -z "$own_headers" ] || [ -z "$debian" ]; then
    : # the compiler's or the caller's
elif [ -d "$sysroot/usr/lib/aarch64-linux-gnu" ]; then
    # gcc links with a C library of its own; those of a newer sysroot may need more than it has.
    set -- -Wl,--allow-shlib-undefined "$@"
    set -- --sysroot="$sysroot" "-Wl,-rpath-link,$sysroot/usr/lib/aarch64-linux-gnu:/usr/aarch64-linux-gnu/lib" "$@"
elif [ -z "${AARCH64_SYSROOT-}" ] || [ -e "$sysroot/lib/ld-linux-aarch64.so.1" ]; then
    set -- -isysroot "$share/empty-sysroot" "$@"
else
    die "AARCH64_SYSROOT is '${AARCH64_SYSROOT-}', but there is no C library in $sysroot (a64kit sysroot list shows the sysroots)"
fi

exec "$compiler" "$@"
