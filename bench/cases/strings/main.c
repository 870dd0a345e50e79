#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct { char *data; size_t len, cap; } Text;

static void push(Text *t, const char *s, size_t n) {
    if (t->len + n > t->cap) {
        while (t->len + n > t->cap) t->cap = t->cap ? t->cap * 2 : 64;
        t->data = realloc(t->data, t->cap);
    }
    memcpy(t->data + t->len, s, n);
    t->len += n;
}

static void push_number(Text *t, int x) {
    char buffer[16];
    push(t, buffer, (size_t)sprintf(buffer, "%d", x));
}

int main(int argc, char **argv) {
    int n = argc > 1 ? atoi(argv[1]) : 1000;
    Text t = { 0 };
    for (int i = 0; i < n; i++) {
        push(&t, "line ", 5);
        push_number(&t, i);
        push(&t, ": the quick brown fox ", 22);
        push_number(&t, i * 7 % 1000);
        push(&t, "\n", 1);
    }
    int words = 0, digits = 0;
    uint32_t hash = 2166136261u;
    for (char *line = t.data, *end = t.data + t.len; line < end;) {
        char *stop = memchr(line, '\n', (size_t)(end - line));
        for (char *word = line;;) {
            char *space = memchr(word, ' ', (size_t)(stop - word));
            char *word_end = space ? space : stop;
            words++;
            for (char *c = word; c < word_end; c++) {
                hash = (hash ^ (uint8_t)*c) * 16777619u;
                digits += *c >= '0' && *c <= '9';
            }
            if (!space) break;
            word = space + 1;
        }
        line = stop + 1;
    }
    printf("%zu %d %d %u\n", t.len, words, digits, hash);
    free(t.data);
    return 0;
}
