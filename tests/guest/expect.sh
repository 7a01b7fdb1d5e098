#!/bin/sh
# SPDX-License-Identifier: MIT
# Writes <source>.expected of the given guest programs with the reference emulator. Review the result
# before committing it: this file is what every engine is judged by.
#   tests/guest/expect.sh tests/guest/c/name.c ...
set -eu
reference=${REFERENCE:-qemu-aarch64}
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
for source; do
    source=$(realpath "$source")
    value() { sed -n "s|^// $1: ||p" "$source"; }
    case $source in
    *.cc) compiler='aarch64-linux-gnu-g++ -std=gnu++20' ;;
    *.S) compiler='aarch64-linux-gnu-gcc -nostdlib' ;;
    *) compiler='aarch64-linux-gnu-gcc -std=gnu11' ;;
    esac
    libs=
    for lib in $(value libs); do libs="$libs -l$lib"; done
    static=-static
    for name in $(value shared); do
        aarch64-linux-gnu-gcc -O2 -fPIC -fexceptions -shared -o "$dir/lib$name.so" "$here/lib/$name.c"
        libs="$libs $dir/lib$name.so -Wl,-rpath,$dir"
        static=
    done
    case $(value variants) in *static*) ;; *dynamic*) static= ;; esac
    base=$(basename "$source")
    # shellcheck disable=SC2086
    $compiler -O1 $static -I"$here/include" $(value flags) "$source" -o "$dir/${base%.*}" $libs
    mkdir -p "$dir/cwd"
    # shellcheck disable=SC2046
    (cd "$dir/cwd" && value stdin | env $(value env) "$reference" -L /usr/aarch64-linux-gnu \
        "$dir/${base%.*}" $(value args)) >"$source.expected" || echo "$source: status $?" >&2
    rm -rf "$dir/cwd"
done
