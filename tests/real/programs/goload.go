// SPDX-License-Identifier: MIT
// goload SECONDS: a web server and its clients in one process, while garbage is collected, loops that call nothing are taken the
// processor by the run time's signals, other signals come, and threads are locked to goroutines and end with them. What it
// prints is the same however many requests there were.
package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

type node struct {
	left, right *node
	data        [3]uint64
}

func tree(depth int, v uint64) *node {
	n := &node{data: [3]uint64{v, v * v, v ^ 7}}
	if depth > 0 {
		n.left, n.right = tree(depth-1, 2*v), tree(depth-1, 2*v+1)
	}
	return n
}

func (n *node) wrong() (bad int) {
	v := n.data[0]
	if n.data[1] != v*v || n.data[2] != v^7 {
		bad = 1
	}
	if n.left != nil {
		bad += n.left.wrong() + n.right.wrong()
	}
	return
}

var requests, errors, trees, badTrees, loops, badLoops, threads, signals int64

func serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), 500)
		return
	}
	fmt.Fprintf(w, "%x", sha256.Sum256(body))
}

func client(c *http.Client, url string, id int, stop *int32) {
	for i := 0; atomic.LoadInt32(stop) == 0; i++ {
		body := bytes.Repeat([]byte{byte(id), byte(i)}, 1+(id*977+i*131)%20000)
		r, err := c.Post(url, "application/octet-stream", bytes.NewReader(body))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			atomic.AddInt64(&errors, 1)
			continue
		}
		answer, err := io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil || string(answer) != fmt.Sprintf("%x", sha256.Sum256(body)) {
			fmt.Fprintln(os.Stderr, "a wrong answer", err)
			atomic.AddInt64(&errors, 1)
		}
		atomic.AddInt64(&requests, 1)
	}
}

// A loop without a call, which only a signal interrupts.
func spin(n uint64) uint64 {
	x := uint64(88172645463325252)
	for i := uint64(0); i < n; i++ {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return x
}

func main() {
	seconds, _ := strconv.Atoi(os.Args[1])
	debug.SetGCPercent(20)
	runtime.GOMAXPROCS(4)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go http.Serve(l, http.HandlerFunc(serve))
	came := make(chan os.Signal, 1)
	signal.Notify(came, syscall.SIGUSR1)
	var stop int32
	var wg sync.WaitGroup
	work := func(f func()) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for atomic.LoadInt32(&stop) == 0 {
				f()
			}
		}()
	}
	c := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	once := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for i := 0; i < 32; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			with := c
			if i%8 == 0 {
				with = once
			}
			client(with, "http://"+l.Addr().String()+"/", i, &stop)
		}(i)
	}
	expected := spin(30000000)
	work(func() {
		atomic.AddInt64(&loops, 1)
		if spin(30000000) != expected {
			atomic.AddInt64(&badLoops, 1)
		}
	})
	work(func() {
		atomic.AddInt64(&trees, 1)
		atomic.AddInt64(&badTrees, int64(tree(12, 1).wrong()))
	})
	work(func() { // its thread ends with it
		done := make(chan bool)
		go func() {
			runtime.LockOSThread()
			atomic.AddInt64(&threads, 1)
			close(done)
		}()
		<-done
		time.Sleep(5 * time.Millisecond)
	})
	work(func() {
		syscall.Kill(os.Getpid(), syscall.SIGUSR1)
		select {
		case <-came:
			atomic.AddInt64(&signals, 1)
		case <-time.After(20 * time.Second):
			fmt.Fprintln(os.Stderr, "a signal was lost")
			atomic.AddInt64(&errors, 1)
		}
		time.Sleep(time.Millisecond)
	})
	time.Sleep(time.Duration(seconds) * time.Second)
	atomic.StoreInt32(&stop, 1)
	wg.Wait()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Fprintln(os.Stderr, requests, "requests,", loops, "loops,", trees, "trees,", threads, "threads,", signals, "signals,", m.NumGC, "collections")
	fmt.Println("errors", errors, badTrees, badLoops)
	fmt.Println("enough", requests > 100, loops > 2, trees > 10, threads > 10, signals > 10, m.NumGC > 10)
}
