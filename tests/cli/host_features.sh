# SPDX-License-Identifier: MIT
# A host without what compiled code needs runs the evaluator, and says so; without the rest it runs all the same.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
run "$A64RUN" --tier=t1-1 --without=AVX2 "$TOOL" exit 3
ends_with 'exit 3'
[ "$(wc -l <err)" = 1 ] || fail 'not one line'
grep -q '^a64run: .*no AVX2.*interpreted' err || fail 'does not say what is missing and what that means'
run env A64RUN_WITHOUT=BMI2,FMA "$A64RUN" --tier=t1-1 "$TOOL" exit 3
ends_with 'exit 3'
grep -q 'no FMA' err || fail 'does not say what is missing'
run "$A64RUN" --tier=eval --without=AVX2 "$TOOL" exit 3
ends_with 'exit 3'
quiet
for features in optional SHA,AES PCLMULQDQ; do
    run "$A64RUN" --tier=t1-1 --without=$features "$TOOL" exit 3
    ends_with 'exit 3'
    quiet
done
refuses '--without=? SHB there.are optional AVX2 SHA' "$A64RUN" --without=AES,SHB "$TOOL"
