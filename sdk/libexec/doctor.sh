#: doctor [--json] :: check compilers, libraries, emulator, kernel
# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Part of the driver: one row for each thing that building, running or debugging needs.

# shellcheck source=SCRIPTDIR/exec.sh
. "$sdk/libexec/exec.sh"

command_usage()
{
    cat <<'END'
usage: a64kit doctor [--json]

Looks at what the kit works with: compilers, libraries of the target, emulator, debugger, and how
host programs can start AArch64 ones. Each row is ok, missing (something does not work without it) or
optional. Exit status 0 if nothing is missing. --json: one object, for scripts.
END
}

# row STATE NAME WHAT [HINT]
row()
{
    local state=$1 name=$2 what=$3 hint=${4-}
    [[ $state != missing ]] || healthy=''
    if [[ -n $json ]]; then
        what=${what//\\/\\\\} hint=${hint//\\/\\\\}
        rows+=("{\"name\": \"$name\", \"state\": \"$state\", \"what\": \"${what//\"/\\\"}\", \"hint\": \"${hint//\"/\\\"}\"}")
    else
        printf '%-9s %-12s %s\n' "$state" "$name" "$what${hint:+; $hint}"
    fi
}

# tool STATE-IF-ABSENT NAME COMMAND PACKAGE: the first line of its --version.
tool()
{
    local version
    if type -P "$3" >/dev/null; then
        version=$("$3" --version 2>/dev/null </dev/null) || version=''
        row ok "$2" "${version%%$'\n'*} ($(type -P "$3"))"
    else
        row "$1" "$2" "there is no $3 in PATH" "sudo apt-get install $4"
    fi
}

# glibc_of FILE: the version that a libc.so.6 says it is.
glibc_of()
{
    [[ -r $1 ]] || return 0
    LC_ALL=C grep -aoE 'GNU C Library [^,]*version [0-9]+\.[0-9]+' "$1" | sed 's/.*version //' | head -n 1
}

command_main()
{
    local json='' healthy=1 rows=() version libc=/usr/aarch64-linux-gnu/lib/libc.so.6
    case ${1-} in
    '') ;;
    --json) json=1 ;;
    *) refuse "'$1' is not --json" ;;
    esac
    row ok a64kit "$(<"$sdk/VERSION") in $root"
    tool missing cmake cmake cmake
    type -P ninja >/dev/null || type -P make >/dev/null ||
        row missing 'build tool' 'there is neither ninja nor make' 'sudo apt-get install ninja-build'
    tool missing C "${AARCH64_TOOLCHAIN_PREFIX:-aarch64-linux-gnu-}gcc" gcc-aarch64-linux-gnu
    tool optional C++ "${AARCH64_TOOLCHAIN_PREFIX:-aarch64-linux-gnu-}g++" g++-aarch64-linux-gnu
    tool optional Fortran "${AARCH64_TOOLCHAIN_PREFIX:-aarch64-linux-gnu-}gfortran" gfortran-aarch64-linux-gnu
    version=$(glibc_of "$libc")
    if [[ -n $version ]]; then
        row ok libraries "glibc $version in ${libc%/lib/*}"
    else
        row missing libraries "there is no $libc" 'sudo apt-get install libc6-dev-arm64-cross'
    fi
    settle_emulator
    if [[ -x $emulator ]]; then
        version=$("$emulator" -version 2>&1) || version="does not run: ${version%%$'\n'*}"
        row ok emulator "${version%%$'\n'*} ($emulator)"
        doctor_hello
        doctor_exec
    else
        row optional emulator 'a64run is not built yet' './a64kit hello builds it'
    fi
    tool optional gdb gdb-multiarch gdb-multiarch
    tool optional pkg-config pkg-config pkgconf
    tool optional qemu qemu-aarch64 qemu-user
    if [[ -n $json ]]; then
        local IFS=,
        printf '{"healthy": %s, "rows": [%s]}\n' "$([[ -n $healthy ]] && echo true || echo false)" "${rows[*]}"
    fi
    [[ -n $healthy ]]
}

doctor_exec()
{
    if kernel_knows; then
        row ok exec 'AArch64 programs start directly: a64run is registered with the kernel'
    elif namespace_works; then
        row ok exec 'a64kit exec works by a user namespace'
    else
        row optional exec 'a64kit exec works by a preloaded library, which static host programs have not' \
            'for these: sudo a64kit binfmt --install'
    fi
}

# A program is compiled and run: the rows above may all be right and the whole be wrong.
doctor_hello()
{
    local dir out
    type -P "${AARCH64_TOOLCHAIN_PREFIX:-aarch64-linux-gnu-}gcc" >/dev/null || return 0
    dir=$(mktemp -d)
    printf '#include <stdio.h>\nint main(void) { return puts("hello") < 0; }\n' >"$dir/hello.c"
    if out=$("$sdk/bin/a64cc" -o "$dir/hello" "$dir/hello.c" 2>&1 && "$emulator" "$dir/hello" 2>&1) && [[ $out == hello ]]; then
        row ok 'a program' 'compiles and runs'
    else
        row missing 'a program' "${out%%$'\n'*}" 'a64kit hello shows more'
    fi
    rm -rf -- "$dir"
}
