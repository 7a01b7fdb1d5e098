# SPDX-License-Identifier: MIT
# -cpu max is known, and by variable; a model nobody knows is refused with the list's whereabouts.
. "$SOURCE_DIR/lib/common.sh"
succeeds 'Hello, World!' "$A64RUN" -cpu max "$TOOL"
succeeds 'Hello, World!' env QEMU_CPU=max "$A64RUN" "$TOOL"
only_a64run
succeeds 'Hello, World!' env A64RUN_CPU=max "$A64RUN" "$TOOL"
refuses 'z80 max' "$A64RUN" -cpu z80 "$TOOL"
refuses 'z80 max' env QEMU_CPU=z80 "$A64RUN" "$TOOL"
refuses 'z80 max' env A64RUN_CPU=z80 "$A64RUN" "$TOOL"
