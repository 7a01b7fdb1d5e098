# SPDX-License-Identifier: MIT
# Option values that mean nothing are refused before anything runs.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
for size in abc 12x '' -5 99999999999999999999 1; do
    refuses '-s' "$A64RUN" -s "$size" "$TOOL"
done
refuses 'STACK_SIZE' env QEMU_STACK_SIZE=abc "$A64RUN" "$TOOL"
refuses 'STACK_SIZE' env A64RUN_STACK_SIZE=abc "$A64RUN" "$TOOL"
for size in abc 1k 2G ''; do
    refuses "--cache" "$A64RUN" "--cache=$size" "$TOOL"
done
for option in -L -E -U -0 -s -r -cpu -d -D; do
    refuses "$option" "$A64RUN" $option
done
refuses '-E value' "$A64RUN" -E no_equals_sign "$TOOL"
refuses '-E' "$A64RUN" -E =value "$TOOL"
refuses '-U' "$A64RUN" -U A=B "$TOOL"
refuses "-E 'b' comma" "$A64RUN" -E A=1,b "$TOOL"
refuses '--fpsr exact lazy' "$A64RUN" --fpsr=maybe "$TOOL"
refuses '--returns paired hash' "$A64RUN" --returns=maybe "$TOOL"
refuses 'RETURNS paired hash' env A64RUN_RETURNS= "$A64RUN" "$TOOL"
refuses '--dump guest ir' "$A64RUN" --dump= "$TOOL"
refuses '--dump= same.word' "$A64RUN" --dump "$TOOL"
# Too little of what the emulator needs.
if (ulimit -v 10000) 2>/dev/null; then
    refuses 'address-space ulimit -v' sh -c 'ulimit -v 10000; exec "$@"' sh "$A64RUN" "$TOOL"
fi
refuses 'tool ulimit' sh -c 'ulimit -n 3; exec "$@"' sh "$A64RUN" "$TOOL"
