#: new DIR [--KIND] :: a project to start from, with tests, presets, CI
# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Part of the driver: copies a template (templates/common and one of its kinds) and fills in its names.

command_usage()
{
    cat <<'END'
usage: a64kit new FOLDER [--c | --cpp | --gtest]

Makes a CMake project in FOLDER, which must not exist or be empty: a library, a program and tests in C
(--c), C++ (--cpp, the default) or C++ with GoogleTest (--gtest, wants a sysroot: a64kit sysroot create
dev libgtest-dev), with presets for AArch64 (asan, tsan and coverage, too) and for this machine, settings
for VS Code, CLion and clangd, and files for GitHub and GitLab.
END
}

command_main()
{
    local folder='' kind='' word
    for word; do
        case $word in
        --c | --cpp | --gtest)
            [[ -z $kind ]] || refuse "--$kind and $word: give one of them"
            kind=${word#--}
            ;;
        -*) refuse "'$word' is not --c, --cpp or --gtest" ;;
        *)
            [[ -z $folder ]] || refuse "one folder, not '$folder' and '$word'"
            folder=$word
            ;;
        esac
    done
    [[ -n $folder ]] || refuse "name the folder of the project"
    kind=${kind:-cpp}
    local name=${folder%/}
    name=${name##*/}
    # A target and a C identifier can be made of it.
    [[ $name =~ ^[A-Za-z][A-Za-z0-9_-]*$ ]] || refuse "'$name' is no name for a project: a letter, then letters, digits, _ and -"
    [[ ! -e $folder || -d $folder && -z $(ls -A -- "$folder") ]] || die "$folder is there and not empty: nothing was done"
    mkdir -p -- "$folder" 2>/dev/null || die "cannot make the folder $folder"
    cp -R -- "$sdk/templates/common/." "$sdk/templates/$kind/." "$folder/" || die "cannot write to $folder"
    local file text
    while IFS= read -r file; do
        text=$(<"$file")
        text=${text//@NAME@/$name}
        text=${text//@SDK@/$sdk}
        # The licence of the kit is not that of the project.
        [[ ${text%%$'\n'*} != *SPDX-License-Identifier* ]] || text=${text#*$'\n'}
        printf '%s\n' "$text" >"$file"
    done < <(grep -rlE '@(NAME|SDK)@|SPDX-License' "$folder")
    say "made $folder; next: cd $folder && cmake --preset aarch64 && cmake --build --preset aarch64 && ctest --preset aarch64"
}
