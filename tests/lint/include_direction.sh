#!/bin/sh
# SPDX-License-Identifier: MIT
# include_direction.sh SOURCE-DIR: a module of the emulator includes only itself and what stands to its left:
#   base <- ir <- { opt, a64, x64 } <- engine <- linux <- debug <- main
# and includes are written with their module ("ir/ir.h").
set -u
cd "$1/emulator" || exit 2
bad=0
allowed() {
    case $1 in
    base) echo "base" ;;
    ir) echo "base ir" ;;
    opt | a64 | x64) echo "base ir $1" ;;
    engine) echo "base ir opt a64 x64 engine" ;;
    linux) echo "base ir opt a64 x64 engine linux" ;;
    debug) echo "base ir opt a64 x64 engine linux debug" ;;
    main) echo "base ir opt a64 x64 engine linux debug main" ;;
    *) echo "" ;;
    esac
}
n=0
for dir in */; do
    module=${dir%/}
    [ "$module" = tools ] && continue
    mods=$(allowed "$module")
    if [ -z "$mods" ]; then
        echo "FAIL: emulator/$module is not a module of the order above"
        bad=1
        continue
    fi
    for file in $(find "$module" -name '*.[ch]' -o -name '*.def' | sort); do
        n=$((n + 1))
        for inc in $(sed -n 's/^ *# *include *"\([^"]*\)".*/\1/p' "$file"); do
            case " $mods " in
            *" ${inc%%/*} "*) ;;
            *)
                echo "FAIL: emulator/$file includes \"$inc\": $module may include $mods"
                bad=1
                ;;
            esac
        done
    done
done
echo "$n files"
[ $n -gt 0 ] || exit 2
exit $bad
