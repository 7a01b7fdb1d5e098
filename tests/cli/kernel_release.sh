# SPDX-License-Identifier: MIT
# -r and its variables give the kernel release the guest sees; the machine is always aarch64.
. "$SOURCE_DIR/lib/common.sh"
succeeds 'Linux 9.8.7-test aarch64' "$A64RUN" -r 9.8.7-test "$TOOL" release
for prefix in QEMU A64RUN; do
    case $A64RUN$prefix in *qemu*A64RUN) continue ;; esac
    succeeds 'Linux 4.5.6 aarch64' env ${prefix}_UNAME=4.5.6 "$A64RUN" "$TOOL" release
done
run "$A64RUN" "$TOOL" release
grep -qE '^Linux [0-9]+\.[0-9]+.* aarch64$' out || fail 'no plausible release'
