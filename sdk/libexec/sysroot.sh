#: sysroot --help :: folders with arm64 libraries from Debian's packages
# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Part of the driver: root folders with Debian's arm64 packages, made without root (lib/debian.sh), or from an image.
#
# A sysroot is a folder below $sysroots. In it, .a64kit/lock says what it was made from:
#   suite NAME | mirror URL | wanted PACKAGE...       as asked for
#   deb SHA256 SIZE FILE URL                          one line a package
#   image SHA256 FILE                                 or this one, of --from-image
# Downloaded packages stay in $debs, by file name, until `sysroot prune`.

# shellcheck source=SCRIPTDIR/lib/debian.sh
. "$sdk/libexec/lib/debian.sh"

command_usage()
{
    cat <<END
usage: a64kit sysroot create NAME [--suite=SUITE] [--mirror=URL] [--full] [PACKAGE...]
       a64kit sysroot create NAME --from-image=FILE
       a64kit sysroot create NAME --lock=FILE
       a64kit sysroot add NAME PACKAGE...
       a64kit sysroot list [NAME]
       a64kit sysroot path NAME
       a64kit sysroot lock NAME
       a64kit sysroot remove NAME
       a64kit sysroot prune

Folders with the C and C++ libraries of Debian's arm64 packages and what else is named (libssl-dev), for
-DAARCH64_SYSROOT=NAME and a64run -L. No root is needed. They are kept in
  $sysroots (A64KIT_SYSROOTS chooses another folder)
  create   --suite   a release of Debian: bookworm, trixie (default: that of this machine)
           --mirror  in place of the mirrors of this machine; file:/FOLDER is taken as trusted
           --full    with the files that clang needs to compile (libc6-dev, libstdc++-N-dev)
           --from-image  what a tar archive holds, in place of packages: the files of a board (Debian, Ubuntu, Raspberry Pi
                     OS) or of a container (docker export)
           --lock    exactly the packages that 'lock' printed; no network when they were downloaded before
  add      more packages
  list     the sysroots, or the packages of one
  path     its folder
  lock     what it was made from, with hashes, for create --lock
  remove   delete it
  prune    delete the downloaded packages
END
}

sysroots=${A64KIT_SYSROOTS:-${XDG_DATA_HOME:-${HOME:-/nonexistent}/.local/share}/a64kit/sysroots}
debs=${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/a64kit/debs

command_main()
{
    act 'create add list path lock remove prune' "$@"
}

# A name is one word of a path, so that -DAARCH64_SYSROOT=NAME can be told from a folder.
check_name()
{
    [[ -n ${1-} ]] || refuse "$action needs the name of a sysroot"
    [[ $1 != host ]] || refuse "'host' means this machine: take another name"
    [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9._+-]*$ ]] || refuse "'$1' is no name: letters, digits and . _ + - (no slash)"
}

existing()
{
    check_name "${1-}"
    [[ -e $sysroots/$1/.a64kit/lock ]] ||
        die "there is no sysroot '$1' in $sysroots; a64kit sysroot list shows them, a64kit sysroot create $1 makes it"
    here=$sysroots/$1
}

# lock_field FILE WORD: what stands behind the word.
lock_field()
{
    sed -n "s/^$2 //p" "$1"
}

sysroot_list()
{
    local dir some='' packages
    if (($#)); then
        existing "$1"
        [[ -z $(lock_field "$here/.a64kit/lock" image) ]] || { packages_of_image "$here/var/lib/dpkg/status"; return; }
        # name_version_arch.deb
        awk '$1 == "deb" { n = split($4, f, "_"); gsub(/%3a/, ":", f[2]); printf "%s %s\n", f[1], f[2] }' "$here/.a64kit/lock"
        return
    fi
    for dir in "$sysroots"/*/; do
        [[ -e $dir/.a64kit/lock ]] || continue
        dir=${dir%/} some=1
        packages=$(grep -c '^deb ' "$dir/.a64kit/lock") || packages=$(packages_of_image "$dir/var/lib/dpkg/status" | wc -l)
        printf '%-16s %-10s glibc %-6s %3d packages  %s\n' "${dir##*/}" "$(lock_field "$dir/.a64kit/lock" suite)" \
            "$(<"$dir/.a64kit/glibc")" "$packages" "$(lock_field "$dir/.a64kit/lock" wanted)"
    done
    [[ -n $some ]] || say "there is none in $sysroots yet: a64kit sysroot create NAME"
}

# packages_of_image STATUS: what dpkg of the image says of itself.
packages_of_image()
{
    [[ ! -f $1 || ! -r $1 ]] || awk '$1 == "Package:" { name = $2 } $1 == "Status:" { good = /installed$/ } $1 == "Version:" && good { print name, $2 }' "$1"
}

sysroot_path()
{
    existing "${1-}"
    printf '%s\n' "$here"
}

sysroot_lock()
{
    existing "${1-}"
    cat -- "$here/.a64kit/lock"
}

sysroot_remove()
{
    (($# == 1)) || refuse "remove takes one name"
    existing "$1"
    progress "removing $here"
    rm -rf -- "$here" || die "not everything of $here could be removed"
    progress
}

sysroot_prune()
{
    progress "removing $debs"
    rm -rf -- "$debs"
    progress
}

sysroot_create()
{
    local name='' suite='' mirror='' full='' lock='' image='' packages=() word
    for word; do
        case $word in
        --suite=?*) suite=${word#*=} ;;
        --mirror=?*) mirror=${word#*=} ;;
        --lock=?*) lock=${word#*=} ;;
        --from-image=?*) image=${word#*=} ;;
        --full) full=1 ;;
        -*) refuse "'$word' is not --suite=, --mirror=, --from-image=, --lock= or --full" ;;
        *) if [[ -z $name ]]; then name=$word; else packages+=("$word"); fi ;;
        esac
    done
    check_name "$name"
    [[ ! -e $sysroots/$name ]] || die "$sysroots/$name is there already: 'sysroot add' puts more into it, 'sysroot remove' removes it"
    begin
    if [[ -n $lock ]]; then
        [[ -z $suite$full$image && ${#packages[@]} == 0 ]] || refuse "--lock goes with no --suite, --full, --from-image or packages: the file says them"
        [[ -r $lock ]] || die "--lock=$lock: there is no such file"
        [[ $(head -n 1 "$lock") == '# a64kit sysroot lock 1' ]] || die "--lock=$lock is not what 'a64kit sysroot lock' prints"
        cp -- "$lock" "$work/lock"
    elif [[ -n $image ]]; then
        [[ -z $suite$mirror$full && ${#packages[@]} == 0 ]] || refuse "--from-image goes with no --suite, --mirror, --full or packages: it has what it has"
        lock_image "$image"
    else
        if [[ -z $suite ]]; then
            suite=$(. /etc/os-release 2>/dev/null && [[ ${ID-} == debian ]] && echo "${VERSION_CODENAME-}") || true
            suite=${suite:-bookworm}
        fi
        resolve "$suite" "$mirror" "$full" "${packages[@]}"
    fi
    make_root "$name"
    say "made $sysroots/$name: use it with -DAARCH64_SYSROOT=$name"
    check_floor "$name"
}

sysroot_add()
{
    existing "${1-}"
    local name=$1 old=$here/.a64kit/lock word full=''
    [[ -z $(lock_field "$old" image) ]] || die "'$name' was made from an image: install packages in that, and create it anew"
    shift
    (($#)) || refuse "add needs the names of packages"
    for word; do
        [[ $word != -* ]] || refuse "add takes names of packages, not '$word'"
    done
    local wanted
    read -ra wanted <<<"$(lock_field "$old" wanted)"
    [[ " ${wanted[*]-} " != *" --full "* ]] || full=1
    begin
    resolve "$(lock_field "$old" suite)" "$(lock_field "$old" mirror)" "$full" "${wanted[@]/#--full/}" "$@"
    make_root "$name"
}

# $work is this run's folder; it goes when the driver ends. One run at a time.
begin()
{
    local tool
    for tool in apt-get dpkg-deb flock sha256sum; do
        type -P "$tool" >/dev/null || die "sysroot: there is no $tool in PATH: this needs the tools of Debian (apt, dpkg, util-linux)"
    done
    mkdir -p "$sysroots" "$debs/partial" 2>/dev/null ||
        die "cannot write to $sysroots and $debs: set A64KIT_SYSROOTS and XDG_CACHE_HOME to folders of your own"
    exec 8>"$sysroots/.busy"
    flock -n 8 || { progress "waiting for another a64kit sysroot"; flock 8; progress; }
    work=$(mktemp -d "$sysroots/.work.XXXXXX") || die "cannot write to $sysroots"
    trap 'rm -rf -- "$work"' EXIT
}

# resolve SUITE MIRROR FULL PACKAGE...: downloads them and what they depend on, writes $work/lock.
resolve()
{
    local suite=$1 mirror=$2 full=$3
    shift 3
    mkdir -p "$work/empty/partial"
    debian_sources deb arm64 "$suite" "$mirror" >"$work/sources.list" || exit
    [[ -s $work/sources.list ]] || die "apt of this machine has no mirror of Debian: give one with --mirror=URL"
    debian_begin "$work" arm64 "$debs"
    progress "asking for the packages of $suite"
    debian_lists "$work/log" ||
        die "the lists of suite '$suite' cannot be had ($(grep -m 1 -E '^(E|W: Failed)' "$work/log")); without a network: create --lock=FILE"
    local base=(libc6 libgcc-s1 libstdc++6) wanted=()
    if [[ -n $full ]]; then
        base+=(libc6-dev "$(newest 'libstdc\+\+-[0-9]+-dev')")
        wanted=(--full)
    fi
    local package
    for package; do [[ -z $package ]] || wanted+=("$package"); done
    # All of them, also those that are there from the last time.
    debian_apt -o "Dir::Cache::archives=$work/empty" --print-uris -y install "${base[@]}" "${wanted[@]/#--full/libc6}" >"$work/uris" 2>"$work/log" ||
        die "suite '$suite': $(grep -m 1 -E '^E:|^ [a-z].* : ' "$work/log" || tail -n 1 "$work/log")"
    progress "fetching $(grep -c "^'" "$work/uris") packages"
    debian_apt -y --download-only install "${base[@]}" "${wanted[@]/#--full/libc6}" >"$work/log" 2>&1 ||
        die "the packages cannot be downloaded: $(grep -m 1 '^E:' "$work/log")"
    {
        echo '# a64kit sysroot lock 1'
        echo "suite $suite"
        [[ -z $mirror ]] || echo "mirror $mirror"
        echo "wanted ${wanted[*]-}"
        local uri file size hash
        while read -r uri file size hash; do
            uri=${uri#\'} uri=${uri%\'}
            fetch_local "$uri" "$debs/$file"
            hash=$(sha256sum <"$debs/$file") || die "apt did not download $file"
            echo "deb ${hash%% *} $size $file $uri"
        done < <(grep "^'" "$work/uris" | sort)
    } >"$work/lock"
    progress
}

# apt leaves packages of a file: mirror where they are. In the address, %2b stands for +.
fetch_local()
{
    local path=${1#file:}
    [[ $1 != file:* || -e $2 ]] || cp -- "$(printf '%b' "${path//%/\\x}")" "$2"
}

# The highest package whose name matches.
newest()
{
    APT_CONFIG=$work/apt.conf apt-cache pkgnames | grep -xE "$1" | sort -V | tail -n 1
}

# fetch SHA256 FILE URL: into $debs, if it is not there.
fetch()
{
    local path=$debs/$2
    if [[ -e $path ]]; then
        [[ $(sha256sum <"$path") != "$1 "* ]] || return 0
        rm -f -- "$path"
    fi
    if [[ $3 == file:* ]]; then
        fetch_local "$3" "$path" 2>/dev/null || true
    else
        env -u APT_CONFIG /usr/lib/apt/apt-helper -o APT::Sandbox::User= download-file "$3" "$path" "SHA256:$1" >"$work/log" 2>&1 || true
    fi
    [[ -e $path && $(sha256sum <"$path") == "$1 "* ]] || {
        rm -f -- "$path"
        die "$2 with the hash of the lock cannot be had from $3 (a newer version may have taken its place: create without --lock)"
    }
}

# lock_image FILE: writes $work/lock.
lock_image()
{
    [[ -f $1 && -r $1 ]] || die "--from-image=$1: there is no such file, or it cannot be read"
    local path sum
    path=$(realpath -- "$1")
    [[ $path != *$'\n'* && $path != *[[:blank:]] ]] || die "--from-image=$1: give it a name without a new line, and with no blank at its end"
    progress "reading $1"
    sum=$(sha256sum <"$path")
    printf '%s\n' '# a64kit sysroot lock 1' 'suite image' "wanted ${path##*/}" "image ${sum%% *} $path" >"$work/lock"
}

# unpack_image FOLDER SHA256 FILE: without what belongs to a running machine, and what people read.
unpack_image()
{
    local new=$1 sum=$2 path=$3 dir without=(--exclude={,./}.a64kit) # which is this driver's
    [[ -r $path && $(sha256sum <"$path") == "$sum "* ]] || die "the image of the lock, $path, is gone or is another now"
    for dir in dev proc sys run tmp boot home root var/cache var/log var/tmp usr/share/{doc,man,locale,info}; do
        without+=("--exclude=$dir/*" "--exclude=./$dir/*")
    done
    progress "unpacking $path"
    tar -x --force-local --no-same-owner --anchored "${without[@]}" -f "$path" -C "$new" 2>"$work/log" ||
        die "--from-image=$path is no tar archive ($(grep -v -m 1 ': Removing leading' "$work/log")): of a container, docker export makes one; of a board, tar"
    [[ ! -e $new/manifest.json ]] || die "--from-image=$path holds layers, as docker save makes them: docker export makes one of the files"
    # Neither devices nor powers; pipes would be waited for.
    chmod -R u+rwX,ug-s "$new"
    find "$new" ! -type f ! -type d ! -type l -delete
    [[ -e $new/usr/lib/aarch64-linux-gnu ]] ||
        die "--from-image=$path has no usr/lib/aarch64-linux-gnu: Debian, Ubuntu and Raspberry Pi OS for arm64 have it"
    debian_relative_links "$new"
    for dir in etc lib; do # into which make_root writes
        [[ -d $new/$dir && $(realpath -- "$new/$dir")/ == "$(realpath -- "$new")"/* ]] || die "--from-image=$path: its $dir leads out of it"
    done
}

# unpack_packages FOLDER: those that $work/lock lists.
unpack_packages()
{
    local new=$1 sum size file url packages=() all
    all=$(lock_field "$work/lock" deb | grep -c .) || true
    progress "fetching and unpacking packages" "$work/unpacked"
    debian_root "$new"
    while read -r sum size file url; do
        [[ $sum =~ ^[0-9a-f]{64}$ && $file == *_*_*.deb && $file != */* && -n $url ]] || die "a line of the lock is wrong: deb $sum $size $file $url"
        fetch "$sum" "$file" "$url"
        debian_unpack "$debs/$file" "$new" || die "$debs/$file cannot be unpacked"
        packages+=("$debs/$file")
        echo "[${#packages[@]}/$all]" >"$work/unpacked"
    done < <(lock_field "$work/lock" deb)
    debian_relative_links "$new"
    debian_alternatives "$new" "${packages[@]}"
}

# make_root NAME: unpacks what $work/lock says and puts the folder in place.
make_root()
{
    local new=$work/root sum path
    mkdir -p "$new/.a64kit" "$new/etc"
    read -r sum path <<<"$(lock_field "$work/lock" image)"
    if [[ -n $sum ]]; then unpack_image "$new" "$sum" "$path"; else unpack_packages "$new"; fi
    # Debian's dynamic linker is where the interpreter of programs says; its cache of this machine is not for them.
    [[ -e $new/lib/ld-linux-aarch64.so.1 ]] || ln -s aarch64-linux-gnu/ld-linux-aarch64.so.1 "$new/lib/ld-linux-aarch64.so.1"
    rm -f -- "$new/etc/ld.so.cache"
    : >"$new/etc/ld.so.cache"
    cp -- "$work/lock" "$new/.a64kit/lock"
    local version
    version=$(glibc_version "$new/lib/aarch64-linux-gnu/libc.so.6")
    [[ -n $version ]] || die "what was unpacked holds no C library (glibc)"
    echo "$version" >"$new/.a64kit/glibc"
    chmod -R u+w "$new"
    [[ ! -e $sysroots/$1 ]] || mv -- "$sysroots/$1" "$work/old"
    mv -- "$new" "$sysroots/$1"
    progress
}

# glibc_version LIBC
glibc_version()
{
    [[ -f $1 && -r $1 ]] || return 0
    LC_ALL=C grep -aoE 'GNU C Library [^,]*version [0-9]+\.[0-9]+' "$1" | sed 's/.*version //' | head -n 1
}

# gcc brings a C library of its own; programs linked with a newer one do not start in an older sysroot.
check_floor()
{
    local ours theirs
    ours=$(<"$sysroots/$1/.a64kit/glibc")
    theirs=$(glibc_version /usr/aarch64-linux-gnu/lib/libc.so.6)
    [[ -z $theirs || $(printf '%s\n' "$ours" "$theirs" | sort -V | head -n 1) == "$theirs" ]] ||
        say "its glibc $ours is older than that of the cross compiler ($theirs): compile with -DAARCH64_COMPILER=clang (create --full)"
}
