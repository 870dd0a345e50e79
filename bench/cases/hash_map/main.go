package main

import (
	"fmt"
	"os"
	"strconv"
)

func next(x uint64) uint64 {
	x ^= x << 13
	x ^= x >> 7
	return x ^ x<<17
}

func main() {
	n := 10000
	if len(os.Args) > 1 {
		n, _ = strconv.Atoi(os.Args[1])
	}
	m := map[uint64]uint64{}
	const start = uint64(88172645463325252)
	state := start
	for i := 0; i < n; i++ {
		state = next(state)
		m[state>>20] = uint64(i)
	}
	state = start
	var found, sum uint64
	for i := 0; i < n; i++ {
		state = next(state)
		if v, ok := m[state>>20]; ok {
			found++
			sum += v
		}
		if _, ok := m[state>>21]; ok {
			found++
		}
	}
	state = start
	for i := 0; i < n; i++ {
		state = next(state)
		if i%3 == 0 {
			delete(m, state>>20)
		}
	}
	fmt.Println(found, sum, len(m))
}
