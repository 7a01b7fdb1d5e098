# SPDX-License-Identifier: MIT
# packages: java
# engines: t1
# beyond: its children are started with execve, which qemu-aarch64 leaves to the kernel
# Compiled, packed and run; by the interpreter alone, the first compiler alone, the second from the start.
cp "$SOURCE_DIR/programs/Everything.java" .
step javac -d classes Everything.java
step jar --create --file everything.jar --main-class Everything -C classes .
step java -jar everything.jar
step java -Xint -XX:+UseSerialGC -cp classes Everything
step java -XX:TieredStopAtLevel=1 -XX:+UseParallelGC -cp classes Everything
