# SPDX-License-Identifier: MIT
# The guest sees the caller's environment; -E and -U change the guest's only.
. "$SOURCE_DIR/lib/common.sh"
export ONE=1 TWO='with spaces' EMPTY=
succeeds 'ONE=1
TWO=with spaces
EMPTY=
NOT_SET=(unset)' "$A64RUN" "$TOOL" env ONE TWO EMPTY NOT_SET
succeeds 'ONE=changed
NEW=value' "$A64RUN" -E ONE=changed -E NEW=value "$TOOL" env ONE NEW
succeeds 'A=1
B=2' "$A64RUN" -E A=1,B=2 "$TOOL" env A B
succeeds 'A=x=y' "$A64RUN" -E A=x=y "$TOOL" env A
succeeds 'ONE=(unset)
TWO=with spaces' "$A64RUN" -U ONE "$TOOL" env ONE TWO
succeeds 'ONE=(unset)
TWO=(unset)' "$A64RUN" -U ONE,TWO "$TOOL" env ONE TWO
succeeds 'ONE=back' "$A64RUN" -U ONE -E ONE=back "$TOOL" env ONE
succeeds 'ONE=(unset)' "$A64RUN" -E ONE=there -U ONE "$TOOL" env ONE
for prefix in QEMU A64RUN; do
    case $A64RUN$prefix in *qemu*A64RUN) continue ;; esac
    succeeds 'A=1
B=2' env ${prefix}_SET_ENV=A=1,B=2 "$A64RUN" "$TOOL" env A B
    succeeds 'ONE=(unset)' env ${prefix}_UNSET_ENV=ONE "$A64RUN" "$TOOL" env ONE
done
env -i "$A64RUN" "$TOOL" env >out || fail 'does not run in an empty environment'
[ ! -s out ] || fail 'variables from nowhere'
# The own name comes before its alias, whose value is then not even looked at.
only_a64run
succeeds 'A=own' env A64RUN_SET_ENV=A=own QEMU_SET_ENV=A=alias "$A64RUN" "$TOOL" env A
succeeds 'A=(unset)' env A64RUN_CPU=max QEMU_CPU=cortex-a57 "$A64RUN" "$TOOL" env A
