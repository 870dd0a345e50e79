package main

import (
	"fmt"
	"os"
	"strconv"
)

func multiplyInts(a, b, c []int64, n int) {
	for i := 0; i < n; i++ {
		for k := 0; k < n; k++ {
			x := a[i*n+k]
			for j := 0; j < n; j++ {
				c[i*n+j] += x * b[k*n+j]
			}
		}
	}
}

func multiplyFloats(a, b, c []float64, n int) {
	for i := 0; i < n; i++ {
		for k := 0; k < n; k++ {
			x := a[i*n+k]
			for j := 0; j < n; j++ {
				c[i*n+j] += x * b[k*n+j]
			}
		}
	}
}

func main() {
	n := 40
	if len(os.Args) > 1 {
		n, _ = strconv.Atoi(os.Args[1])
	}
	a, b, c := make([]int64, n*n), make([]int64, n*n), make([]int64, n*n)
	fa, fb, fc := make([]float64, n*n), make([]float64, n*n), make([]float64, n*n)
	for i := range a {
		a[i], b[i] = int64(i*7%101), int64(i*13%97)
		fa[i], fb[i] = float64(i*7%101), float64(i*13%97)
	}
	multiplyInts(a, b, c, n)
	multiplyFloats(fa, fb, fc, n)
	var trace int64
	var floatTrace float64
	for i := 0; i < n; i++ {
		trace += c[i*n+i]
		floatTrace += fc[i*n+i]
	}
	fmt.Printf("%d %.1f\n", trace, floatTrace)
}
