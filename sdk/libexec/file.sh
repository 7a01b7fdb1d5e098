#: file PROG... :: what a program needs to run, and where it can
# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Part of the driver: what the headers of a program or library say, held against a sysroot.

command_usage()
{
    cat <<'END'
usage: a64kit file [--sysroot=FOLDER-OR-NAME] FILE...

Says of each AArch64 program or library: how it is linked, the dynamic linker it asks for, the libraries it
needs and where the sysroot has them (also those that they need), the oldest glibc that it starts with, whether
branch protection is complete, which features beyond Armv8.0-A its code contains instructions of and which of the
processors that a64run knows (-cpu) have all of them, and whether it runs on real machines. Exit status 1 if something
that it needs is missing, 2 for what is no AArch64 file.

What is contained need not be executed: libgcc's __aarch64_ldadd4_acq_rel and its like, the C library's memcpy and
much code for cryptography look at the processor first. The program runs with a processor that lacks a feature if it
does so with `a64run -cpu`; --explain-sigill=on names what it stumbles over.
END
}

command_main()
{
    local target readelf
    while [[ ${1-} == -* ]]; do
        case $1 in
        --sysroot=?*) AARCH64_SYSROOT=${1#*=} ;;
        *) refuse "'$1' is not --sysroot=" ;;
        esac
        shift
    done
    (($#)) || refuse "name a program"
    # shellcheck source=SCRIPTDIR/../share/sysroot.sh
    . "$sdk/share/sysroot.sh"
    target=${sysroot%/}
    [[ -d $target/lib ]] || die "file: there is no sysroot in $sysroot"
    readelf=$(type -P "${AARCH64_TOOLCHAIN_PREFIX:-aarch64-linux-gnu-}readelf" || type -P readelf || :)
    [[ -n $readelf ]] || need readelf binutils
    install_missing "reading programs"
    ready_emulator # which knows the instructions
    local file status=0 result
    for file; do
        result=0
        describe "$file" || result=$?
        ((result <= status)) || status=$result
    done
    exit "$status"
}

# elf OPTION FILE: readelf, which speaks English.
elf()
{
    LC_ALL=C "${readelf:-readelf}" -W "$@" 2>/dev/null
}

needed_of()
{
    elf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'
}

# search LIBRARY FOLDER...: the path of an AArch64 library of that name.
search()
{
    local name=$1 dir
    shift
    for dir; do
        [[ -e $dir/$name ]] && elf -h "$dir/$name" | grep -q 'Machine: *AArch64' && printf '%s\n' "$dir/$name" && return 0
    done
    return 1
}

# The highest GLIBC_x.y that the symbols ask for.
glibc_floor()
{
    elf -V "$1" | grep -oE 'GLIBC_[0-9]+(\.[0-9]+)+' | sort -uV | tail -n 1
}

# What instructions are there, by the emulator; another one (AARCH64_EMULATOR) may not know.
contained_in()
{
    local list
    if list=$("$emulator" --features="$1" 2>&1); then
        sed -E 's/^processors /  &  /; t; s/^/  contains     /' <<<"$list"
    else
        printf '  contains     not known: %s\n' "$(head -n 1 <<<"$list")"
    fi
}

describe()
{
    local file=$1 header
    [[ -e $file ]] || { say "file: there is no $file"; return 2; }
    header=$(elf -h "$file") || { say "file: $file is no ELF file"; return 2; }
    grep -q 'Machine: *AArch64' <<<"$header" || {
        say "file: $file is for$(sed -n 's/.*Machine: */ /p' <<<"$header"), not AArch64"
        return 2
    }
    local interp needed kind dynamic missing=''
    interp=$(elf -l "$file" | sed -n 's/.*program interpreter: \(.*\)\]/\1/p')
    dynamic=$(elf -d "$file")
    case $header in
    *'Type:'*EXEC*) kind='program at a fixed address' ;;
    *'Type:'*DYN*)
        kind='shared library'
        if [[ -n $interp || $dynamic == *'Flags: '*PIE* ]]; then kind='position-independent program'; fi
        ;;
    *) kind='object file' ;;
    esac
    [[ -n $interp || $kind == *library || $kind == object* ]] || kind="static $kind"
    printf '%s\n  kind         %s\n' "$file" "$kind"
    [[ -z $interp ]] || printf '  asks for     %s%s\n' "$interp" "$([[ -e $target/$interp || -e $interp ]] || echo '  (missing)')"
    local runpath=() dir
    while IFS= read -r dir; do
        # Paths of the target: below the sysroot, or as they are.
        runpath+=("$target${dir//\$ORIGIN/$(cd "$(dirname -- "$file")" && pwd)}" "${dir//\$ORIGIN/$(dirname -- "$file")}")
    done < <(sed -nE 's/.*\((RPATH|RUNPATH)\).*\[(.*)\]/\2/p' <<<"$dynamic" | tr ':' '\n')
    local queue seen=' ' name path
    mapfile -t queue < <(needed_of "$file")
    while ((${#queue[@]})); do
        name=${queue[0]}
        queue=("${queue[@]:1}")
        [[ $seen != *" $name "* ]] || continue
        seen+="$name "
        if path=$(search "$name" "${runpath[@]}" "$target"/{lib,usr/lib}/aarch64-linux-gnu "$target"/lib "$target"/usr/lib); then
            printf '  needs        %-24s %s\n' "$name" "$path"
            mapfile -t needed < <(needed_of "$path")
            queue+=("${needed[@]}")
        else
            printf '  needs        %-24s missing in %s\n' "$name" "$target"
            missing=1
        fi
    done
    local floor
    floor=$(glibc_floor "$file")
    [[ -z $floor ]] || printf '  glibc        %s or newer\n' "${floor#GLIBC_}"
    local notes
    notes=$(elf -n "$file" | sed -n 's/.*AArch64 feature: //p' | head -n 1)
    printf '  protection   %s\n' "${notes:-none in the whole program (BTI, PAC)}"
    contained_in "$file"
    case $interp in
    '' | /lib/ld-linux-aarch64.so.1) [[ $kind == object* ]] || printf '  real machine yes\n' ;;
    *) printf '  real machine no: %s is where only cross packages have it (AARCH64_INTERP=target)\n' "$interp" ;;
    esac
    [[ -z $missing ]]
}
