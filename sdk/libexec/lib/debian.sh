# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Debian's packages without root: apt with folders, a status file and an architecture of its own, so that the state of
# the machine is left alone, and packages unpacked into a folder, with no script of theirs run. Sourced by `a64kit sysroot`
# and by tests; who does so has a function die(), which ends with one line.

# debian_sources KIND ARCH SUITE MIRROR: the lines of sources.list. KIND is deb or deb-src. They are the mirrors of this
# machine, of its releases or of SUITE's where that is not empty; or MIRROR, where that is not empty.
debian_sources()
{
    local kind=$1 arch=$2 suite=$3 mirror=$4 keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    case $mirror in
    file:*)
        printf '%s [arch=%s trusted=yes] %s %s main\n' "$kind" "$arch" "$mirror" "$suite"
        return
        ;;
    esac
    [ -e "$keyring" ] || die "there is no $keyring: sudo apt-get install debian-archive-keyring"
    local options="[arch=$arch signed-by=$keyring]"
    if [ -n "$mirror" ]; then
        printf '%s %s %s %s main\n' "$kind" "$options" "$mirror" "$suite"
        return
    fi
    # Of Debian's main archive; the name of the release may have -updates or -security behind it.
    env -u APT_CONFIG apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
        sort -u | awk -v head="$kind $options" -v suite="$suite" '
            $1 ~ /\/debian(-security)?\/?$/ && $3 == "main" && $2 !~ /backports|proposed/ {
                if (suite != "") sub(/^[a-z]+/, suite, $2)
                print head, $1, $2, "main"
            }'
}

# debian_begin FOLDER ARCH ARCHIVES: an apt of its own in FOLDER, whose sources.list is there already, for packages of
# ARCH, which are downloaded into ARCHIVES. debian_apt runs it.
debian_begin()
{
    debian_folder=$1
    [ -s "$1/sources.list" ] || die "apt of this machine has no mirror of Debian configured"
    mkdir -p "$1/state/lists/partial" "$1/cache" "$1/none" "$3/partial"
    : >"$1/status"
    cat >"$1/apt.conf" <<END
APT::Architecture "$2";
APT::Architectures { "$2"; };
APT::Sandbox::User "";
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Retries "2";
Dir::State "$1/state";
Dir::State::status "$1/status";
Dir::Cache "$1/cache";
Dir::Cache::archives "$3";
Dir::Etc::sourcelist "$1/sources.list";
Dir::Etc::sourceparts "$1/none";
Dir::Etc::preferencesparts "$1/none";
Dir::Etc::parts "$1/none";
END
}

debian_apt()
{
    APT_CONFIG=$debian_folder/apt.conf apt-get -qq "$@"
}

# debian_lists LOG: fetches the lists of packages. False, with the reason in LOG, when some cannot be had.
debian_lists()
{
    debian_apt update >"$1" 2>&1 && ! grep -qE '^(E|W: Failed)' "$1"
}

# debian_root FOLDER: what the packages unpack into.
debian_root()
{
    local dir
    mkdir -p "$1/usr/lib" "$1/usr/bin" "$1/usr/sbin"
    for dir in lib bin sbin; do
        ln -s "usr/$dir" "$1/$dir"
    done
}

# debian_unpack PACKAGE FOLDER: what people read stays out.
debian_unpack()
{
    dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink --no-same-owner -C "$2" \
        --exclude './usr/share/doc' --exclude './usr/share/man' --exclude './usr/share/locale' \
        --exclude './usr/share/info' --exclude './usr/share/lintian' --exclude './usr/lib/*/gconv'
}

# debian_relative_links FOLDER: absolute links would lead out of it.
debian_relative_links()
{
    find "$1" -type l -lname '/*' -exec sh -c '
        root=$1
        shift
        for link; do
            target=$(readlink -- "$link" && echo .) rest=${link#"$root"/} up=
            target=${target%??}
            while [ "$rest" != "${rest#*/}" ]; do rest=${rest#*/} up=../$up; done
            target=$up${target#/}
            ln -sfn -- "${target:-.}" "$link" || exit
        done' sh "$1" {} +
}

# debian_alternatives FOLDER PACKAGE...: the links that the packages' scripts ask update-alternatives for; of several for one
# place those of the highest priority, with their slaves.
debian_alternatives()
{
    local folder=$1 package link path
    shift
    for package; do
        { dpkg-deb --ctrl-tarfile "$package" | tar -xO ./postinst 2>/dev/null || true; } | sed -e ':a' -e '/\\$/{N;s/\\\n/ /;ba' -e '}'
    done | awk '
        function note(link, path) { links[master] = links[master] link " " path "\n" }
        { for (i = 1; i <= NF; i++)
            if ($i == "--install") { # LINK NAME PATH PRIORITY
                master = $(i + 1)
                better = !(master in best) || $(i + 4) + 0 > best[master]
                if (better) { best[master] = $(i + 4) + 0; links[master] = ""; note(master, $(i + 3)) }
            } else if ($i == "--slave" && better) # LINK NAME PATH
                note($(i + 1), $(i + 3)) }
        END { for (master in links) printf "%s", links[master] }' | while read -r link path; do
        case $link:$path in
        *[!A-Za-z0-9/:._+-]* | */../* | [!/]* | *:[!/]*) continue ;; # no plain paths
        esac
        [ -e "$folder$path" ] || continue # a page of a manual, for one
        mkdir -p -- "$folder${link%/*}"
        ln -sfn -- "$path" "$folder$link"
    done
    debian_relative_links "$folder"
}
