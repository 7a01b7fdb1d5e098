# SPDX-License-Identifier: MIT
# packages: go
# engines: t2
# label: slow
# beyond: asynchronous preemption, whose signals come by the thousand
# A web server in Go under load for a while: goroutines on four threads, the garbage collector, and the run time's signals.
cp "$SOURCE_DIR/programs/goload.go" .
GOCACHE=$PWD/cache GOPATH=$PWD/path CGO_ENABLED=0 GOFLAGS=-trimpath SECONDS_EACH=500
export GOCACHE GOPATH CGO_ENABLED GOFLAGS
step go build goload.go
echo '## goload'
timeout 400 ${EMULATOR:+"$EMULATOR" -L "$ROOT"} ./goload "${LOAD_SECONDS:-120}"
echo "-- status $?"
rm -rf cache path
