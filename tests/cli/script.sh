# SPDX-License-Identifier: MIT
# A script is no program for the emulator: the message says to give it to its interpreter.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
printf '#!/bin/sh\necho hi\n' >script
chmod +x script
refuses 'script /bin/sh' "$A64RUN" ./script
printf 'just some text\n' >text
chmod +x text
refuses 'text ELF' "$A64RUN" ./text
printf '#!' >short
chmod +x short
refuses 'short' "$A64RUN" ./short
