#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum { OPEN, CLOSE, COLON, COMMA, TEXT, NUMBER, WORD, END } Kind;
typedef struct { Kind kind; int64_t value; } Token;
typedef struct { const uint8_t *text; size_t len, at; } Lexer;

static Token next(Lexer *l) {
    while (l->at < l->len && (l->text[l->at] == ' ' || l->text[l->at] == '\n')) l->at++;
    if (l->at >= l->len) return (Token){ END, 0 };
    uint8_t c = l->text[l->at];
    switch (c) {
    case '{': case '[': l->at++; return (Token){ OPEN, 0 };
    case '}': case ']': l->at++; return (Token){ CLOSE, 0 };
    case ':': l->at++; return (Token){ COLON, 0 };
    case ',': l->at++; return (Token){ COMMA, 0 };
    case '"': {
        size_t start = ++l->at;
        while (l->text[l->at] != '"') {
            if (l->text[l->at] == '\\') l->at++;
            l->at++;
        }
        l->at++;
        return (Token){ TEXT, (int64_t)(l->at - 1 - start) };
    }
    case '-': case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9': {
        int negative = c == '-';
        if (negative) l->at++;
        int64_t value = 0;
        while (l->at < l->len && l->text[l->at] >= '0' && l->text[l->at] <= '9') value = value * 10 + (l->text[l->at++] - '0');
        return (Token){ NUMBER, negative ? -value : value };
    }
    default:
        while (l->at < l->len && l->text[l->at] >= 'a' && l->text[l->at] <= 'z') l->at++;
        return (Token){ WORD, 0 };
    }
}

int main(int argc, char **argv) {
    int n = argc > 1 ? atoi(argv[1]) : 1000;
    char *text = malloc((size_t)n * 96 + 16);
    char *p = text;
    *p++ = '[';
    for (int i = 0; i < n; i++) {
        if (i > 0) p += sprintf(p, ",\n");
        p += sprintf(p, "{\"id\": %d, \"name\": \"item \\\"%d\\\"\", \"active\": true, \"delta\": -%d}", i, i * 31 % 977, i % 97);
    }
    *p++ = ']';
    size_t len = (size_t)(p - text), characters = 0;
    int64_t tokens = 0, numbers = 0;
    int depth = 0, deepest = 0;
    for (int round = 0; round < 10; round++) {
        Lexer l = { (const uint8_t *)text, len, 0 };
        for (;;) {
            Token t = next(&l);
            if (t.kind == END) break;
            if (t.kind == OPEN && ++depth > deepest) deepest = depth;
            if (t.kind == CLOSE) depth--;
            if (t.kind == NUMBER) numbers += t.value;
            if (t.kind == TEXT) characters += (size_t)t.value;
            tokens++;
        }
    }
    printf("%zu %lld %lld %zu %d\n", len, (long long)tokens, (long long)numbers, characters, deepest);
    free(text);
    return 0;
}
