# SPDX-License-Identifier: MIT
. "$SOURCE_DIR/lib/common.sh"
only_a64run
mkdir folder
refuses 'folder directory' "$A64RUN" folder
refuses 'directory' "$A64RUN" /
refuses 'null' "$A64RUN" /dev/null
mkfifo fifo
refuses 'fifo' "$A64RUN" fifo
