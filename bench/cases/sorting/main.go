package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
)

func numbers(n int) []int64 {
	state := uint64(88172645463325252)
	out := make([]int64, n)
	for i := range out {
		state ^= state << 13
		state ^= state >> 7
		state ^= state << 17
		out[i] = int64(state >> 1)
	}
	return out
}

func checksum(xs []int64) uint64 {
	sum := uint64(0)
	for _, x := range xs {
		sum = sum*31 + uint64(x)
	}
	return sum
}

func main() {
	n := 10000
	if len(os.Args) > 1 {
		n, _ = strconv.Atoi(os.Args[1])
	}
	a := numbers(n)
	slices.SortStableFunc(a, cmp.Compare[int64])
	b := numbers(n)
	slices.Sort(b)
	fmt.Println(slices.IsSorted(a) && slices.IsSorted(b), checksum(a), checksum(b))
}
