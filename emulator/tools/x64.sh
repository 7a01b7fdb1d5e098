#!/bin/sh
# SPDX-License-Identifier: MIT
# x64.sh [FILE]: copies a dump or log of a64run (--dump=x64, -d x64), the bytes of host code turned into
# instructions by objdump.
set -u
objdump=${OBJDUMP:-objdump}
command -v "$objdump" >/dev/null || { echo "x64.sh: no $objdump: apt-get install binutils, or set OBJDUMP" >&2; exit 1; }
code=$(mktemp) || exit 1
trap 'rm -f "$code"' EXIT
trap 'exit 1' HUP INT TERM

awk -v objdump="$objdump" -v code="$code" '
function value(byte) { return 16 * (index("0123456789abcdef", substr(byte, 1, 1)) - 1) + index("0123456789abcdef", substr(byte, 2)) - 1 }

function number(hex,    n, i) {
    for (i = 1; i <= length(hex); i++)
        n = 16 * n + index("0123456789abcdef", substr(hex, i, 1)) - 1
    return n
}

# Code that follows on without a gap is disassembled in one piece, so that its jumps are right.
function flush_block(    i, command, text, at, n) {
    if (bytes != "") {
        while (bytes != "") { # by pieces that a command line can take
            system("printf \"" substr(bytes, 1, 40000) "\" >>" code)
            bytes = substr(bytes, 40001)
        }
        command = objdump " -D -b binary -m i386:x86-64 -M intel --insn-width=1 --no-show-raw-insn --adjust-vma=0x" start " " code
        n = 0
        while ((command | getline text) > 0)
            if (split(text, part, ":\t") == 2) {
                at = part[1]
                gsub(/ /, "", at)
                address[n] = at
                insn[n++] = part[2]
            }
        close(command)
        system(": >" code)
    }
    i = 0
    for (k = 0; k < lines; k++) {
        if (!(k in is_code) || !n) {
            print line[k]
            continue
        }
        do {
            printf "      %s: %s\n", address[i], insn[i]
            i++
        } while (i < n && !(address[i] in begins))
    }
    lines = 0
    split("", is_code)
    split("", begins)
}

/^block / { flush_block() }
/^      [0-9a-f]+:( [0-9a-f][0-9a-f])+$/ {
    at = substr($1, 1, length($1) - 1)
    if (number(at) != end)
        flush_block()
    if (bytes == "")
        start = at
    end = number(at) + NF - 1
    for (i = 2; i <= NF; i++)
        bytes = bytes sprintf("\\%03o", value($i))
    is_code[lines] = 1
    begins[at] = 1
}
{ line[lines++] = $0 }
END { flush_block() }
' "$@"
