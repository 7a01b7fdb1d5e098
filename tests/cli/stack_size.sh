# SPDX-License-Identifier: MIT
# -s sets the size of the main stack: 8 MB unless told otherwise, in bytes or with k or M.
. "$SOURCE_DIR/lib/common.sh"
run "$A64RUN" "$TOOL" stack 4000
ends_with 'exit 0'
run "$A64RUN" -s 8388608 "$TOOL" stack 30000
ends_with 'signal 11'
for size in 67108864 65536k 64M; do
    run "$A64RUN" -s $size "$TOOL" stack 30000
    ends_with 'exit 0'
done
for prefix in QEMU A64RUN; do
    case $A64RUN$prefix in *qemu*A64RUN) continue ;; esac
    run env ${prefix}_STACK_SIZE=64M "$A64RUN" "$TOOL" stack 30000
    ends_with 'exit 0'
done

# A program that may lie anywhere goes elsewhere when the stack may come there: at 700M its 100 MiB would not fit.
echo 'char room[100 << 20]; int main(void) { return room[sizeof room - 1]; }' > wide.c
"$CC" -static-pie -o wide wide.c || fail 'cannot compile'
for size in 8M 512M 650M 700M 767M 1G 8G; do
    run "$A64RUN" -s $size ./wide
    ends_with 'exit 0'
done
