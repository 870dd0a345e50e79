package main

import (
	"fmt"
	"os"
	"strconv"
)

type Tree struct{ left, right *Tree }

func build(depth int) *Tree {
	if depth == 0 {
		return &Tree{}
	}
	return &Tree{build(depth - 1), build(depth - 1)}
}

func check(t *Tree) int {
	if t.left != nil && t.right != nil {
		return 1 + check(t.left) + check(t.right)
	}
	return 1
}

func main() {
	n := 8
	if len(os.Args) > 1 {
		n, _ = strconv.Atoi(os.Args[1])
	}
	lo := 4
	hi := max(n, lo+2)
	fmt.Printf("stretch tree of depth %d\t check: %d\n", hi+1, check(build(hi+1)))
	longLived := build(hi)
	for depth := lo; depth <= hi; depth += 2 {
		iterations := 1 << (hi - depth + lo)
		sum := 0
		for i := 0; i < iterations; i++ {
			sum += check(build(depth))
		}
		fmt.Printf("%d\t trees of depth %d\t check: %d\n", iterations, depth, sum)
	}
	fmt.Printf("long lived tree of depth %d\t check: %d\n", hi, check(longLived))
}
