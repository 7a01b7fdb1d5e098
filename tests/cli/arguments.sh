# SPDX-License-Identifier: MIT
# Arguments reach the guest untouched, whatever they look like.
. "$SOURCE_DIR/lib/common.sh"
succeeds "0 [$TOOL]
1 [args]
2 []
3 [-L]
4 [--]
5 [two words]
6 [*]
7 [quote' \"]
8 [-version]" "$A64RUN" "$TOOL" args '' -L -- 'two words' '*' "quote' \"" -version
# Two dashes end the emulator's options.
succeeds 'Hello, World!' "$A64RUN" -- "$TOOL"
# A long argument list: 2000 arguments, 200 kB.
filler=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
# shellcheck disable=SC2046
set -- $(seq -f "argument-%g-$filler" 0 1999)
run "$A64RUN" "$TOOL" args "$@"
ends_with 'exit 0'
[ "$(wc -l <out)" = 2002 ] || fail 'lost arguments'
grep -q '^2001 \[argument-1999-a*\]$' out || fail 'last argument wrong'
