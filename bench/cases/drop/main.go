// The peer of main.cj: Go. The argument says how the resource is given back: `defer`; or, when the collector has found it, `finalizer`
// (runtime.SetFinalizer) or `cleanup` (runtime.AddCleanup). For the latter two each turn makes 1 KiB of garbage, so that the collector has work.
package main

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"
)

const n = 200000

var start = time.Now()

func clock() int64 { return int64(time.Since(start)) }

type resource struct {
	left  int64
	block *[8]uint64
}

var mu sync.Mutex
var entries = make([]int64, 0, n)

func destroy(r *resource) {
	at := clock()
	entries = append(entries, at-r.left+int64(r.block[3]))
}

//go:noinline
func byDefer() {
	r := &resource{block: new([8]uint64)}
	defer destroy(r)
	r.left = clock()
}

//go:noinline
func byFinalizer() {
	r := &resource{block: new([8]uint64)}
	runtime.SetFinalizer(r, func(r *resource) {
		at := clock()
		mu.Lock()
		entries = append(entries, at-r.left+int64(r.block[3]))
		mu.Unlock()
	})
	r.left = clock()
}

//go:noinline
func byCleanup() {
	r := &resource{block: new([8]uint64)}
	left := clock()
	runtime.AddCleanup(r, func(left int64) {
		at := clock()
		mu.Lock()
		entries = append(entries, at-left)
		mu.Unlock()
	}, left)
}

var sink []byte

func main() {
	scope := map[string]func(){"defer": byDefer, "finalizer": byFinalizer, "cleanup": byCleanup}[os.Args[1]]
	collected := os.Args[1] != "defer"
	base := make([]int64, 0, n)
	for i := 0; i < n; i++ {
		scope()
		if collected {
			sink = make([]byte, 1024)
		}
		a := clock()
		base = append(base, clock()-a)
	}
	mu.Lock()
	log := slices.Clone(entries)
	mu.Unlock()
	slices.Sort(log)
	slices.Sort(base)
	m := len(log)
	fmt.Println(log[m/2], log[m*99/100], log[m*999/1000], log[m-1], base[n/2], m)
}
