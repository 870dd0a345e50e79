package main

import (
	"fmt"
	"os"
	"strconv"
)

func main() {
	n := 10000
	if len(os.Args) > 1 {
		n, _ = strconv.Atoi(os.Args[1])
	}
	dna := make([]byte, n)
	seed := uint32(42)
	for i := range dna {
		seed = (seed*3877 + 29573) % 139968
		switch pick := seed * 100 / 139968; {
		case pick < 30:
			dna[i] = 0
		case pick < 50:
			dna[i] = 1
		case pick < 70:
			dna[i] = 2
		default:
			dna[i] = 3
		}
	}
	for _, length := range []int{1, 2, 4, 6, 12, 18} {
		counts := map[uint64]int32{}
		mask := uint64(1)<<(2*length) - 1
		key := uint64(0)
		for i, base := range dna {
			key = (key<<2 | uint64(base)) & mask
			if i+1 >= length {
				counts[key]++
			}
		}
		most, sum := int32(0), uint64(0)
		for k, times := range counts {
			most = max(most, times)
			sum += k * uint64(times)
		}
		fmt.Printf("%d\t%d\t%d\t%d\n", length, len(counts), most, sum)
	}
}
