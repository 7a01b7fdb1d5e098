// SPDX-License-Identifier: MIT
// What the Go run time asks of its host, in one program whose output is always the same.
package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"runtime/debug"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

type tree struct{ l, r *tree }

func build(d int) *tree {
	if d == 0 {
		return &tree{}
	}
	return &tree{build(d - 1), build(d - 1)}
}
func (t *tree) count() int {
	if t.l == nil {
		return 1
	}
	return 1 + t.l.count() + t.r.count()
}

func recovered(f func()) (s string) {
	defer func() { s = fmt.Sprint(recover()) }()
	f()
	return "none"
}

var sink uint64

func spin(stop *int32) { // No calls: only the signal of asynchronous preemption stops it.
	x := uint64(1)
	for i := 0; i < 3000000; i++ {
		x = x*6364136223846793005 + 1
	}
	sink = x
	_ = stop
}

func deep(n int) int {
	var pad [64]int
	pad[n%64] = n
	if n == 0 {
		return 0
	}
	return deep(n-1) + pad[n%64] - n + 1
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "child" {
		io.Copy(os.Stdout, os.Stdin)
		fmt.Fprintln(os.Stderr, "child err")
		os.Exit(9)
	}
	fmt.Println(runtime.GOARCH, runtime.GOOS)
	// Goroutines and channels.
	ch := make(chan int)
	var wg sync.WaitGroup
	for i := 0; i < 1000; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			for k := 0; k < 20; k++ {
				ch <- i ^ k
			}
		}(i)
	}
	go func() { wg.Wait(); close(ch) }()
	sum := 0
	for v := range ch {
		sum += v
	}
	fmt.Println("channels", sum)
	// A ring of goroutines.
	first := make(chan int)
	in := first
	for i := 0; i < 500; i++ {
		out := make(chan int)
		go func(in, out chan int) {
			for v := range in {
				out <- v + 1
			}
			close(out)
		}(in, out)
		in = out
	}
	go func() {
		for i := 0; i < 20; i++ {
			first <- i
		}
		close(first)
	}()
	sum = 0
	for v := range in {
		sum += v
	}
	fmt.Println("chain", sum)
	// Locks and atomics.
	var mu sync.Mutex
	var rw sync.RWMutex
	m := map[int]int{}
	var ops int64
	for i := 0; i < 16; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			for k := 0; k < 500; k++ {
				mu.Lock()
				m[k%50]++
				mu.Unlock()
				rw.RLock()
				atomic.AddInt64(&ops, 1)
				rw.RUnlock()
				if k%100 == 0 {
					rw.Lock()
					ops += 0
					rw.Unlock()
				}
			}
		}(i)
	}
	wg.Wait()
	fmt.Println("locks", len(m), m[7], ops)
	// Timers.
	t0 := time.Now()
	tick := time.NewTicker(5 * time.Millisecond)
	n := 0
	for n < 5 {
		<-tick.C
		n++
	}
	tick.Stop()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	<-ctx.Done()
	cancel()
	d := time.Since(t0)
	fmt.Println("timers", n, d > 40*time.Millisecond, errors.Is(ctx.Err(), context.DeadlineExceeded))
	select {
	case <-make(chan int):
	case <-time.After(3 * time.Millisecond):
		fmt.Println("select timeout")
	}
	// Preemption of loops without calls.
	runtime.GOMAXPROCS(1)
	var stop int32
	done := make(chan bool, 3)
	for i := 0; i < 3; i++ {
		go func() { spin(&stop); done <- true }()
	}
	switched := 0
	for i := 0; i < 3; {
		select {
		case <-done:
			i++
		default:
			switched++
			runtime.Gosched()
		}
	}
	runtime.GOMAXPROCS(4)
	fmt.Println("preempted", switched > 0)
	// Garbage collection while others work.
	var trees int64
	debug.SetGCPercent(20)
	for i := 0; i < 8; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for k := 0; k < 10; k++ {
				atomic.AddInt64(&trees, int64(build(10).count()))
			}
		}()
	}
	for i := 0; i < 5; i++ {
		runtime.GC()
	}
	wg.Wait()
	fmt.Println("gc", trees)
	fmt.Println("deep", deep(100000))
	// Faults.
	var p *tree
	zero, idx := 0, 10
	fmt.Println(recovered(func() { fmt.Println(p.l) }))
	fmt.Println(recovered(func() { fmt.Println(1 / zero) }))
	fmt.Println(recovered(func() { fmt.Println([]int{1}[idx]) }))
	fmt.Println(recovered(func() { var e any = "s"; fmt.Println(e.(int)) }))
	nils := 0
	for i := 0; i < 2000; i++ {
		if strings.Contains(recovered(func() { sink += uint64(p.count()) }), "nil pointer") {
			nils++
		}
	}
	fmt.Println("nils", nils)
	// Signals.
	sigs := make(chan os.Signal, 10)
	signal.Notify(sigs, syscall.SIGUSR1, syscall.SIGHUP)
	syscall.Kill(os.Getpid(), syscall.SIGUSR1)
	fmt.Println("signal", <-sigs)
	syscall.Kill(os.Getpid(), syscall.SIGHUP)
	fmt.Println("signal", <-sigs)
	// Processes.
	for i := 0; i < 3; i++ {
		c := exec.Command("/proc/self/exe", "child")
		c.Stdin = strings.NewReader("through a child")
		var e strings.Builder
		c.Stderr = &e
		o, err := c.Output()
		fmt.Printf("exec %q %q %v\n", o, e.String(), err)
	}
	o, err := exec.Command("/bin/sh", "-c", "echo $((6*7)); exit 2").Output()
	fmt.Printf("shell %q %v\n", o, err)
	_, err = exec.Command("/nonexistent").Output()
	fmt.Println(err)
	c := exec.Command("/bin/sleep", "100")
	c.Start()
	c.Process.Kill()
	fmt.Println("killed", c.Wait())
	// Network.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s %x", r.Method, r.URL.Path, sha256.Sum256(b))
	})}
	go srv.Serve(l)
	res := make([]string, 40)
	for i := range res {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			r, err := http.Post("http://"+l.Addr().String()+fmt.Sprintf("/%d", i), "text/plain", strings.NewReader(strings.Repeat("x", i*500)))
			if err != nil {
				res[i] = err.Error()
				return
			}
			b, _ := io.ReadAll(r.Body)
			r.Body.Close()
			res[i] = string(b)
		}(i)
	}
	wg.Wait()
	sort.Strings(res)
	fmt.Println(len(res), res[0], res[39])
	srv.Shutdown(context.Background())
	f, _ := os.CreateTemp(".", "go")
	f.WriteString("text")
	st, _ := f.Stat()
	fmt.Println("file", st.Size(), st.Mode())
	os.Remove(f.Name())
	h := sha256.New()
	for i := 0; i < 100; i++ {
		h.Write(make([]byte, 10000))
	}
	fmt.Printf("%x %.6f\n", h.Sum(nil)[:8], float64(ops)/3)
	if len(os.Args) > 1 {
		panic("ending")
	}
}
