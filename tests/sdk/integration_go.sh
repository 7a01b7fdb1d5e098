# SPDX-License-Identifier: MIT
# labels: full, timeout: 600
# Go: `go run` and `go test` for arm64 find go_linux_arm64_exec in PATH; exit status; cgo with a64cc.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

need go golang-go
export GOCACHE="$SCRATCH/cache" GOPATH="$SCRATCH/path" GOFLAGS=-mod=mod GOPROXY=off GOTOOLCHAIN=local GO111MODULE=on
export GOARCH=arm64 CGO_ENABLED=0
mkdir bin
ln -s "$A64RUN" bin/a64run
export PATH="$SCRATCH/bin:$SOURCE_DIR/sdk/bin:$PATH"
printf 'module mine\n\ngo 1.17\n' >go.mod
cat >main.go <<'EOF'
package main

import (
	"os"
	"runtime"
)

func Twice(n int) int { return 2 * n }

func main() {
	println(runtime.GOARCH, len(os.Args))
	if len(os.Args) > 2 {
		os.Exit(Twice(4))
	}
}
EOF
cat >main_test.go <<'EOF'
package main

import (
	"runtime"
	"testing"
)

func TestTwice(t *testing.T) {
	if Twice(21) != 42 || runtime.GOARCH != "arm64" {
		t.Error(Twice(21), runtime.GOARCH)
	}
}
EOF
go run . one >out 2>&1 || fail "$(cat out)"
expect "arm64 2" cat out
expect_match '^ok[[:space:]]+mine' go test .
expect_error 'exit status 8' go run . one two
cat >cgo.go <<'EOF'
package main

// static int answer(void) { return 42; }
import "C"

func init() {
	if C.answer() != 42 {
		panic("C")
	}
	println("with C")
}
EOF
CGO_ENABLED=1 CC=a64cc go run . >out 2>&1 || fail "$(cat out)"
expect "with C
arm64 1" cat out
