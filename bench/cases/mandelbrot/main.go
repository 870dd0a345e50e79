package main

import (
	"fmt"
	"os"
	"strconv"
)

func main() {
	n := 64
	if len(os.Args) > 1 {
		n, _ = strconv.Atoi(os.Args[1])
	}
	inside := 0
	var checksum uint32
	for y := 0; y < n; y++ {
		ci := 2.0*float64(y)/float64(n) - 1.0
		var b uint32
		for x := 0; x < n; x++ {
			cr := 2.0*float64(x)/float64(n) - 1.5
			var zr, zi, tr, ti float64
			for rounds := 0; rounds < 50 && tr+ti <= 4.0; rounds++ {
				zi = 2.0*zr*zi + ci
				zr = tr - ti + cr
				tr = zr * zr
				ti = zi * zi
			}
			b <<= 1
			if tr+ti <= 4.0 {
				b |= 1
				inside++
			}
			if x%8 == 7 {
				checksum = checksum*31 + b
				b = 0
			}
		}
	}
	fmt.Println(inside, checksum)
}
