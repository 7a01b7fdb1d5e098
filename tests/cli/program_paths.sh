# SPDX-License-Identifier: MIT
# Relative, absolute, with spaces, through links, found beside the caller but not through PATH.
. "$SOURCE_DIR/lib/common.sh"
mkdir -p 'dir with spaces/deep'
cp "$TOOL" 'dir with spaces/tool'
ln -s "../tool" 'dir with spaces/deep/link'
succeeds 'Hello, World!' "$A64RUN" 'dir with spaces/tool'
succeeds 'Hello, World!' "$A64RUN" "./dir with spaces/deep/../tool"
succeeds 'Hello, World!' "$A64RUN" 'dir with spaces/deep/link'
cd 'dir with spaces' || exit 1
run "$A64RUN" tool args
grep -q '^0 \[tool\]$' out || fail 'argv[0] is not what was given'
