# SPDX-License-Identifier: MIT
# packages: java
# engines: t1
# label: slow
# beyond: its children are started with execve, which qemu-aarch64 leaves to the kernel
# Both compilers and three collectors while eight threads load them. Compilation and collection change code that other threads run.
cp "$SOURCE_DIR/programs/Load.java" .
step javac -d classes Load.java
for collector in ${COLLECTORS:-G1 Parallel Z}; do
    step java -Xmx300m "-XX:+Use${collector}GC" -cp classes Load 20
done
