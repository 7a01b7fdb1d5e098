#: archive --help :: tests as one file, for machines with no compiler
# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Part of the driver: carries the tests of a build tree to other machines. The archive holds one folder:
#   build/ source/      of the tree what its tests may need, of the sources what they name
#   external/N/         files from elsewhere that they name, the emulator among them
#   sysroot/            the libraries of the target that the programs need
#   kit/                this driver
#   paths               where all that lay, "KIND PATH": the paths in the files of ctest are rewritten by it
#   files.sha256        of all that
#   run                 unpacked: ./run --shard=K/N

# shellcheck source=SCRIPTDIR/shard.sh
. "$sdk/libexec/shard.sh"

command_usage()
{
    cat <<'END'
usage: a64kit archive create TREE --output=FILE.tar.xz|.tar.gz|.tar.zst
       a64kit archive run FILE [--shard=K/N|auto] [--junit=FILE] [--folder=FOLDER] [CTEST-OPTION...]

  create  pack what the tests of the build tree TREE need: programs, files that they name, the emulator and the
          libraries of the target, with hashes. Object files and the like stay behind.
  run     unpack it, check it and run its tests, or those of one worker (see a64kit shard --help). Of other programs
          it takes ctest alone. The folder it is unpacked in is removed at the end, but for --folder's.
The archive holds the driver, too: tar -xf FILE && ./NAME/run --shard=1/4
END
}

command_main()
{
    case ${1-} in
    unpacked) archive_unpacked "${@:2}" ;; # by the archive's own script
    *) act 'create run' "$@" ;;
    esac
}

archive_create()
{
    local tree='' output='' word
    for word; do
        case $word in
        --output=?*) output=${word#*=} ;;
        -*) refuse "'$word' is not --output=" ;;
        *)
            [[ -z $tree ]] || refuse "one build tree, not '$tree' and '$word'"
            tree=$word
            ;;
        esac
    done
    check_tree "$tree"
    tree=$(cd -- "$tree" && pwd -P)
    [[ $output == *.tar.@(xz|gz|zst) ]] || refuse "--output=FILE.tar.xz (or .gz, .zst) is missing"
    local name=${output##*/} work home line file
    name=${name%.tar.*}
    mkdir -p -- "$(dirname -- "$output")" 2>/dev/null || true
    work=$(mktemp -d)
    # shellcheck disable=SC2064
    trap "rm -rf -- '$work'" EXIT
    local to=$work/$name
    progress "copying what the tests of $tree need"
    mkdir -p "$to/build" "$to/kit/sdk"
    home=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$tree/CMakeCache.txt")
    [[ -n $home ]] || die "archive: $tree/CMakeCache.txt names no source folder"
    printf 'build %s\n' "$tree" >"$to/paths"
    # Everything but what only building needs.
    (cd "$tree" && find . \( -name CMakeFiles -o -name '*_autogen' -o -path ./Testing \) -prune -o \
        \( -type f -o -type l \) ! -name '*.o' ! -name '*.a' ! -name '*.d' ! -name '.ninja*' ! -name build.ninja \
        ! -name Makefile ! -name CMakeCache.txt ! -name compile_commands.json -print0 |
        tar -c --null -T -) | tar -x -C "$to/build"
    # Lists of tests lie in CMakeFiles where tests are found by asking programs.
    mkdir -p "$to/build/Testing/Temporary"
    [[ ! -r $tree/Testing/Temporary/CTestCostData.txt ]] ||
        cp -- "$tree/Testing/Temporary/CTestCostData.txt" "$to/build/Testing/Temporary/"
    keep_costs "$tree"
    plan "$tree" 1 >"$to/tests" || exit
    progress "copying what the tests of $tree name"
    archive_named_files "$tree" "$home" "$to"
    archive_libraries "$tree" "$to"
    cp -- "$root/a64kit" "$to/kit/" 2>/dev/null || cp -- "$root/bin/a64kit" "$to/kit/"
    cp -R -- "$sdk/libexec" "$sdk/VERSION" "$sdk/aarch64.cmake" "$to/kit/sdk/"
    cat >"$to/run" <<'END'
#!/bin/sh
# Runs the tests of this folder: ./run [--shard=K/N|auto] [--junit=FILE] [CTEST-OPTION...]
self=$(readlink -f -- "$0")
exec bash "${self%/*}/kit/a64kit" archive unpacked "${self%/*}" "$@"
END
    chmod +x "$to/run"
    (cd "$to" && find . -type f ! -name files.sha256 -print0 | sort -z | xargs -0 sha256sum >files.sha256)
    progress "packing $output"
    tar --force-local -caf "$output" -C "$work" "$name" || die "archive: $output cannot be written"
    say "$output: $(grep -c . "$to/tests") tests, $(du -h "$output" | cut -f1)"
}

# Paths that commands, working folders and environments of the tests name: below the sources they go to source/, from
# elsewhere to external/N. What every machine with ctest has, in /usr and the like, stays as it is.
archive_named_files()
{
    local tree=$1 home=$2 to=$3 path n=0
    printf 'source %s\n' "$home" >>"$to/paths"
    mkdir -p "$to/source"
    while IFS= read -r path; do
        case $path in
        "$tree" | "$tree"/*) ;;
        "$home") ;;
        "$home"/*)
            mkdir -p "$to/source/$(dirname -- "${path#"$home"/}")"
            [[ -e $to/source/${path#"$home"/} ]] || cp -R -- "$path" "$to/source/${path#"$home"/}"
            ;;
        /usr/* | /bin/* | /lib* | /dev/* | /proc/* | /sys/* | /etc/* | /tmp | /) ;;
        *)
            [[ -f $path ]] || continue
            n=$((n + 1))
            mkdir -p "$to/external/$n"
            cp -L -- "$path" "$to/external/$n/"
            printf 'external/%d/%s %s\n' "$n" "${path##*/}" "$path" >>"$to/paths"
            ;;
        esac
    done < <(ctest --test-dir "$tree" --show-only=json-v1 | awk -f "$sdk/libexec/lib/json.awk" |
        sed -nE 's/^tests\.[0-9]+\.(command\.[0-9]+|properties\..*value.*)\t//p' | archive_paths | sort -u)
}

# Of each line: itself, and what stands behind a = or between : or ;, where that is the path of something.
archive_paths()
{
    local line part parts
    while IFS= read -r line; do
        IFS='=:;' read -ra parts <<<"$line"
        for part in "$line" "${parts[@]}"; do
            [[ $part != /* || ! -e $part ]] || printf '%s\n' "$part"
        done
    done
}

# The shared libraries that programs of the tree need, and those need, from the sysroot that they are run with.
archive_libraries()
{
    local tree=$1 to=$2 from dirs=() queue=() seen=' ' file name path dir
    from=$(sed -n 's/^AARCH64_SYSROOT:[A-Z]*=//p' "$tree/CMakeCache.txt")
    from=${from:-/usr/aarch64-linux-gnu}
    [[ -d $from ]] || return 0
    printf 'sysroot %s\n' "$from" >>"$to/paths"
    mkdir -p "$to/sysroot/lib" "$to/sysroot/usr"
    ln -s .. "$to/sysroot/usr/aarch64-linux-gnu" # for programs with AARCH64_INTERP=sysroot
    dirs=("$from"/{lib,usr/lib}/aarch64-linux-gnu "$from/lib" "$from/usr/lib")
    [[ ! -e $from/lib/ld-linux-aarch64.so.1 ]] || cp -L -- "$from/lib/ld-linux-aarch64.so.1" "$to/sysroot/lib/"
    local elf
    elf=$(type -P readelf) || die "archive: there is no readelf in PATH: sudo apt-get install binutils"
    while IFS= read -r -d '' file; do
        mapfile -t -O "${#queue[@]}" queue < <(LC_ALL=C "$elf" -dW "$file" 2>/dev/null | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
    done < <(find "$to/build" -type f \( -perm -u+x -o -name '*.so*' \) -print0)
    # Loaded at run time, by name: to end threads, and for names of users and hosts.
    queue+=(libgcc_s.so.1 libnss_files.so.2)
    while ((${#queue[@]})); do
        name=${queue[0]}
        queue=("${queue[@]:1}")
        [[ $seen != *" $name "* ]] || continue
        seen+="$name "
        for dir in "${dirs[@]}"; do
            path=$dir/$name
            [[ -e $path ]] || continue
            cp -L -- "$path" "$to/sysroot/lib/"
            mapfile -t -O "${#queue[@]}" queue < <(LC_ALL=C "$elf" -dW "$path" 2>/dev/null | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
            break
        done
    done
}

archive_run()
{
    local file=${1-} folder='' rest=() word top
    [[ -n $file ]] || refuse "name the archive"
    [[ -r $file ]] || die "archive: there is no $file"
    shift
    for word; do
        case $word in
        --folder=?*) folder=${word#*=} ;;
        *) rest+=("$word") ;;
        esac
    done
    if [[ -z $folder ]]; then
        folder=$(mktemp -d) || die "archive: no folder for what is unpacked"
        # shellcheck disable=SC2064
        trap "rm -rf -- '$folder'" EXIT
    fi
    mkdir -p -- "$folder" || die "archive: cannot make $folder"
    progress "unpacking $file"
    local words
    words=$(tar --force-local -xf "$file" -C "$folder" 2>&1) || die "archive: $file cannot be unpacked: ${words%%$'\n'*}"
    top=$(echo "$folder"/*/paths)
    [[ -e $top ]] || die "archive: $file was not made by a64kit archive create"
    archive_unpacked "${top%/paths}" "${rest[@]}"
}

# archive_unpacked FOLDER [--shard=...] [--junit=...] CTEST-OPTION...
archive_unpacked()
{
    local here shard junit rest k n
    here=$(cd -- "$1" && pwd -P)
    shift
    shard_options "$@"
    type -P ctest >/dev/null || die "archive: there is no ctest in PATH: sudo apt-get install cmake"
    settle_shard "${shard:-1/1}"
    if [[ ! -e $here/.settled ]]; then
        progress 'checking what was unpacked'
        (cd "$here" && sha256sum -c --quiet files.sha256 >&2) || die "archive: what was unpacked is not what was packed"
        archive_rewrite "$here"
        : >"$here/.settled"
        progress
    fi
    # Programs of the target find their libraries there; a -L in a command says so itself.
    export A64RUN_LD_PREFIX=$here/sysroot
    # The libraries of the tree were named by where it lay when the programs were linked. The variable is for programs
    # of the target only.
    local libraries
    libraries=$(find "$here/build" -name '*.so*' -type f -printf '%h\n' | sort -u | paste -sd:)
    [[ -z $libraries ]] || export A64RUN_SET_ENV=LD_LIBRARY_PATH=$libraries${A64RUN_SET_ENV:+,$A64RUN_SET_ENV}
    run_shard "$here/build" "$k" "$n" "$junit" "${rest[@]}"
}

# The paths of the packer, in all that ctest reads, become those of this machine: the longest first, since one may be
# the beginning of another, and by way of marks, since one may be found again in what took the place of another.
archive_rewrite()
{
    local here=$1 kinds=() paths=() kind path file text i
    while read -r kind path; do
        kinds+=("$kind")
        paths+=("$path")
    done < <(awk '{ print length($0) - length($1), $0 }' "$here/paths" | sort -rn | cut -d' ' -f2-)
    while IFS= read -r -d '' file; do
        text=$(<"$file")
        for i in "${!paths[@]}"; do
            text=${text//"${paths[i]}"/$'\001'$i$'\002'}
        done
        for i in "${!paths[@]}"; do
            text=${text//$'\001'$i$'\002'/"$here/${kinds[i]}"}
        done
        printf '%s\n' "$text" >"$file"
    done < <(find "$here/build" -name '*.cmake' -type f -print0)
}
