package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

func main() {
	n := 1000
	if len(os.Args) > 1 {
		n, _ = strconv.Atoi(os.Args[1])
	}
	var b strings.Builder
	for i := 0; i < n; i++ {
		b.WriteString("line ")
		b.WriteString(strconv.Itoa(i))
		b.WriteString(": the quick brown fox ")
		b.WriteString(strconv.Itoa(i * 7 % 1000))
		b.WriteByte('\n')
	}
	text := b.String()
	words, digits, hash := 0, 0, uint32(2166136261)
	for line := range strings.Lines(text) {
		for word := range strings.SplitSeq(strings.TrimSuffix(line, "\n"), " ") {
			words++
			for i := 0; i < len(word); i++ {
				hash = (hash ^ uint32(word[i])) * 16777619
				if word[i] >= '0' && word[i] <= '9' {
					digits++
				}
			}
		}
	}
	fmt.Println(len(text), words, digits, hash)
}
