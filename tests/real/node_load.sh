# SPDX-License-Identifier: MIT
# packages: node
# engines: t1
# label: slow
# beyond: its children are started with execve, which qemu-aarch64 leaves to the kernel
# V8 in nine threads: its compilers and collector work beside the program, on code and memory that it uses.
cp "$SOURCE_DIR/programs/load.js" .
step node --stress-compaction --always-sparkplug --max-semi-space-size=1 load.js 40
