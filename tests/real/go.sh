# SPDX-License-Identifier: MIT
# packages: go
# engines: t1
# label: slow
# beyond: its children are started with execve, which qemu-aarch64 leaves to the kernel
# The guest's Go compiler and linker make a program that is goroutines, timers, signals and a web server.
cp "$SOURCE_DIR/programs/everything.go" .
GOCACHE=$PWD/cache GOPATH=$PWD/path CGO_ENABLED=0 GOFLAGS=-trimpath SECONDS_EACH=500
export GOCACHE GOPATH CGO_ENABLED GOFLAGS
step go build everything.go
for i in 1 2 3; do
    timeout 120 ${EMULATOR:+"$EMULATOR" -L "$ROOT"} ./everything
    echo "-- status $?"
done
echo 'package main; func main() { var m map[string]int; m["x"] = 1 }' >fails.go
step go run fails.go
rm -rf cache path
