package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

type Kind int

const (
	Open Kind = iota
	Close
	Colon
	Comma
	Text
	Number
	Word
	End
)

type Token struct {
	kind  Kind
	value int64
}

type Lexer struct {
	text string
	at   int
}

func (l *Lexer) next() Token {
	for l.at < len(l.text) && (l.text[l.at] == ' ' || l.text[l.at] == '\n') {
		l.at++
	}
	if l.at >= len(l.text) {
		return Token{End, 0}
	}
	c := l.text[l.at]
	switch {
	case c == '{' || c == '[':
		l.at++
		return Token{Open, 0}
	case c == '}' || c == ']':
		l.at++
		return Token{Close, 0}
	case c == ':':
		l.at++
		return Token{Colon, 0}
	case c == ',':
		l.at++
		return Token{Comma, 0}
	case c == '"':
		l.at++
		start := l.at
		for l.text[l.at] != '"' {
			if l.text[l.at] == '\\' {
				l.at++
			}
			l.at++
		}
		l.at++
		return Token{Text, int64(l.at - 1 - start)}
	case c >= '0' && c <= '9' || c == '-':
		negative := c == '-'
		if negative {
			l.at++
		}
		value := int64(0)
		for l.at < len(l.text) && l.text[l.at] >= '0' && l.text[l.at] <= '9' {
			value = value*10 + int64(l.text[l.at]-'0')
			l.at++
		}
		if negative {
			value = -value
		}
		return Token{Number, value}
	default:
		for l.at < len(l.text) && l.text[l.at] >= 'a' && l.text[l.at] <= 'z' {
			l.at++
		}
		return Token{Word, 0}
	}
}

func main() {
	n := 1000
	if len(os.Args) > 1 {
		n, _ = strconv.Atoi(os.Args[1])
	}
	var b strings.Builder
	b.WriteByte('[')
	for i := 0; i < n; i++ {
		if i > 0 {
			b.WriteString(",\n")
		}
		b.WriteString("{\"id\": ")
		b.WriteString(strconv.Itoa(i))
		b.WriteString(", \"name\": \"item \\\"")
		b.WriteString(strconv.Itoa(i * 31 % 977))
		b.WriteString("\\\"\", \"active\": true, \"delta\": -")
		b.WriteString(strconv.Itoa(i % 97))
		b.WriteByte('}')
	}
	b.WriteByte(']')
	text := b.String()
	var tokens, numbers, characters int64
	depth, deepest := 0, 0
	for round := 0; round < 10; round++ {
		lexer := Lexer{text: text}
		for {
			t := lexer.next()
			if t.kind == End {
				break
			}
			switch t.kind {
			case Open:
				depth++
				deepest = max(deepest, depth)
			case Close:
				depth--
			case Number:
				numbers += t.value
			case Text:
				characters += t.value
			}
			tokens++
		}
	}
	fmt.Println(len(text), tokens, numbers, characters, deepest)
}
