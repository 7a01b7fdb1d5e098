# SPDX-License-Identifier: MIT
# --dump=opt,x64, -d compile,opt,x64, and what disassembles them: each operation with its code.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
grep -q avx2 /proc/cpuinfo || skip 'this processor has no AVX2: nothing is compiled'
command -v objdump >/dev/null || skip 'no objdump'
x64=$SOURCE_DIR/../../emulator/tools/x64.sh
cat >loop.S <<'S'
        .global _start
_start: mov     x1, #200
        mov     x2, #0
again:  add     x2, x2, x1, lsl #3
        rbit    x4, x2
        subs    x1, x1, #1
        b.ne    again
        and     x0, x2, #127
        mov     x8, #93
        svc     #0
S
"$CC" -static -nostdlib -o loop loop.S || fail 'cannot assemble'
again=$("${CC%gcc}nm" loop | sed -n 's/^0*\([0-9a-f]*\) . again$/\1/p')
[ -n "$again" ] || fail 'no symbol'

run "$A64RUN" --tier=t1 --dump=opt,x64@$again ./loop
ends_with 'exit 0'
quiet
grep -q "^block 0x$again: x86-64, [0-9]* bytes" out || fail 'no head'
grep -q '^  %[0-9]* = add64' out || fail 'no optimised code'
sh "$x64" <out >text || fail 'disassembler'
grep -q 'x2 = x2 t0' text || fail 'no operation'
grep -A1 'add64 x2 = x2 t0' text | grep -q 'lea *rdi,\[rdi+rsi\*8\]' || fail "not below its operation: $(cat text)"
grep -q '(bad)' text && fail "cut in a wrong place: $(cat text)"
grep -Eq '^      [0-9a-f]+:( [0-9a-f]{2}){2}' text && fail 'bytes left'
# The bytes are all there, and follow on each other.
bytes=$(sed -n "s/^block 0x$again: x86-64, \([0-9]*\) bytes/\1/p" out)
[ "$(grep -E '^      [0-9a-f]+:( [0-9a-f]{2})+$' out | cut -d: -f2 | wc -w)" = "$bytes" ] || fail "not $bytes bytes"
# What is out of line has addresses of its own, by which its jumps lead back.
apart=$(sed -n '/^  out of line/ { n; s/^ *\([0-9a-f]*\):.*/\1/p }' out)
sed -n '/^  out of line/ { n; p }' text | grep -q "^      $apart: [a-z]" || fail "not at $apart: $(cat text)"

# In the log when the block is compiled, and not before.
run "$A64RUN" --tier=t1-100 -d compile,opt,x64 -D log ./loop
[ "$ended" = "exit $((200 * 201 / 2 * 8 % 128))" ] || fail "$ended"
[ "$(grep -c "^compile 0x$again [0-9]* [0-9]*$" log)" = 1 ] || fail 'compiled not once'
[ "$(grep -c '^compile' log)" = 1 ] || fail 'compiled what ran once'
sh "$x64" log | grep -A3 'subs x1, x1, #0x1' | grep -Eq 'sub|lea' || fail 'no code of subs'
refuses 'hexadecimal @' "$A64RUN" --dump=x64@main ./loop
refuses 'unknown opt x64' "$A64RUN" --dump=x86 ./loop
