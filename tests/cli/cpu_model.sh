# SPDX-License-Identifier: MIT
# -cpu takes a model and changes to it, from the command line or a variable; what nobody knows is refused with the names
# nearest to it.
. "$SOURCE_DIR/lib/common.sh"
succeeds 'Hello, World!' "$A64RUN" -cpu max "$TOOL"
succeeds 'Hello, World!' env QEMU_CPU=max "$A64RUN" "$TOOL"
only_a64run
succeeds 'Hello, World!' env A64RUN_CPU=cortex-a53 "$A64RUN" "$TOOL"
succeeds 'Hello, World!' "$A64RUN" -cpu cortex-a53,crypto=off,lse=on "$TOOL"
succeeds 'Hello, World!' "$A64RUN" -cpu max,sve=off,sme=off "$TOOL"
refuses 'z80 nearest --list-cpus' "$A64RUN" -cpu z80 "$TOOL"
refuses 'QEMU_CPU z80' env QEMU_CPU=z80 "$A64RUN" "$TOOL"
refuses 'A64RUN_CPU z80' env A64RUN_CPU=z80 "$A64RUN" "$TOOL"
refuses 'cortex-a72 nearest' "$A64RUN" -cpu cortex-a72x "$TOOL"
refuses 'lses nearest lse' "$A64RUN" -cpu max,lses=off "$TOOL"
refuses 'feature=on feature=off' "$A64RUN" -cpu max,lse "$TOOL"
refuses 'sha512=on contradict' "$A64RUN" -cpu max,sha512=on,sha256=off "$TOOL"
refuses 'sve not.implemented' "$A64RUN" -cpu max,sve=on "$TOOL"
for list in '--list-cpus' '-cpu help' '-cpu ?'; do
    set -f
    run "$A64RUN" $list
    set +f
    ends_with 'exit 0'
    quiet
    for name in cortex-a35 cortex-a53 cortex-a55 cortex-a57 cortex-a72 cortex-a73 cortex-a75 cortex-a76 cortex-a77 \
        cortex-a78 cortex-a710 cortex-x1 cortex-x2 cortex-x3 neoverse-n1 neoverse-n2 neoverse-v1 neoverse-v2 a64fx \
        apple-m1 raspberrypi4 raspberrypi5 graviton2 graviton3 graviton4 grace ampere-altra max; do
        grep -q "^  $name " out || fail "$list does not list $name"
    done
    grep -q '^  a64fx .*without its SVE' out || fail 'a64fx seems to have SVE'
    grep -q ' lse ' out || fail "$list does not list the features"
    [ "$(awk '{ if (length($0) > m) m = length($0) } END { print m }' out)" -le 80 ] || fail "wider than a terminal"
done
