# SPDX-License-Identifier: MIT
# Passes: what each does in the log, in the form of its tests; some of them left out; a wrong one found.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
grep -q avx2 /proc/cpuinfo || skip 'this processor has no AVX2: nothing is compiled'
cat >count.S <<'S'
        .global _start, leading
        .type   leading, %function
_start: mov     x19, #100
        ldr     x1, [sp]        // with an argument another instruction
        cmp     x1, #1
        b.eq    begin
        rbit    w20, w1
begin:  mov     x20, #0
again:  mov     x0, x19
        bl      leading
        add     x20, x20, x0
        subs    x19, x19, #1
        b.ne    again
        and     x0, x20, #127
        mov     x8, #93
        svc     #0
leading:
        mov     x1, #3
        add     x1, x1, #4
        clz     x0, x0
        ret
S
"$CC" -static -nostdlib -o count count.S || fail 'cannot assemble'
leading=$("${CC%gcc}nm" count | sed -n 's/^0*\([0-9a-f]*\) . leading$/\1/p')
status=0
"$A64RUN" --tier=eval ./count || status=$?

# All passes over the block, each once, in the order of their rows.
run "$A64RUN" --tier=t1-1 --compile=$leading-$leading --dump-after=all -d passes -D log ./count
ends_with "exit $status"
quiet
number=0
passes=$("$A64RUN" --passes=help | sed -n 's/^  \([a-z]*\)  *t1, t2  *.*/\1/p')
for pass in $passes; do
    number=$((number + 1))
    grep -q "^pass $number $pass 0x$leading$" log || fail "no $pass: $(cat log)"
done
[ "$(grep -c '^pass [0-9]' log)" = $number ] || fail "not $number passes: $(cat log)"
awk '/^pass [0-9]/ { next } /^pass / { on = $2 == "fold" } on' log >fold.txt
grep -q '^pass fold$' fold.txt && grep -q '^->$' fold.txt || fail "no text of fold: $(cat log)"
sed '1,/^->$/d' fold.txt | grep -q '= const64 0x7$' || fail "not folded: $(cat fold.txt)"
sed '/^->$/q' fold.txt | grep -q '= const64 0x7$' && fail "folded before: $(cat fold.txt)"
grep -q 'setx %[0-9]* x1$' fold.txt || fail "no names: $(cat fold.txt)"
# A dump is a test, which succeeds.
mkdir fold
mv fold.txt fold/dump.ir
"$OPT_TEXT_TEST" "$PWD/fold/dump.ir" || fail 'the dump is no test'
# Only one of them, by each of the options.
others=$(echo $passes | sed 's/fold //; s/ /,/g')
for option in --passes=fold --no-pass=$others --pass-limit=1; do
    run "$A64RUN" --tier=t1-1 --compile=$leading-$leading $option -d passes -D log ./count
    ends_with "exit $status"
    [ "$(cat log)" = "pass 1 fold 0x$leading" ] || fail "$option: $(cat log)"
done
for option in --passes=none --no-pass=fold,$others --no-pass=all --pass-limit=0; do
    run "$A64RUN" --tier=t1-1 $option -d passes -D log ./count
    ends_with "exit $status"
    [ ! -s log ] || fail "$option: $(cat log)"
done
run "$A64RUN" --tier=t1-1 --dump-after=dead -D log --compile=$leading-$leading ./count
grep -q '^pass dead$' log && ! grep -q '^pass fold$' log || fail "not only dead: $(cat log)"
"$A64RUN" --passes=help | grep -q '^  fold  *t1, t2  *' || fail 'not listed'
for option in --passes --no-pass --dump-after; do
    refuses "$option= nothing $(echo $passes)" "$A64RUN" $option=nothing ./count
    refuses "$option= called" "$A64RUN" $option= ./count
done
refuses '--pass-limit many number' "$A64RUN" --pass-limit=many ./count

# A pass that is wrong is found.
A64RUN=$WRONG_PASS A64RUN_TIER=t1-1 sh "$SOURCE_DIR/../../emulator/tools/bisect.sh" -- ./count >found || fail 'not found'
grep -q "^block 0x$leading goes wrong by the pass dead over it" found || fail "$(cat found)"
sed '1,/^->$/d' found | grep -q '= ctz64' || fail "not what it did: $(cat found)"
# One that breaks the rules of the language is named where they are looked at.
run "$WRONG_PASS" --tier=t1-1 --check ./count argument
[ "$ended" = 'signal 6' ] || fail "$ended"
grep -q 'pass fold: block at 0x[0-9a-f]*: %[0-9]* rbit32: operand b is not used' err || fail "$(cat err)"
