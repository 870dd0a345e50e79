#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000, last = 0;
    bool *composite = calloc(n + 1, 1);
    int count = 0;
    for (size_t i = 2; i <= n; i++) {
        if (composite[i]) continue;
        count++;
        last = i;
        for (size_t j = i * i; j <= n; j += i) composite[j] = true;
    }
    printf("%d %zu\n", count, last);
    free(composite);
    return 0;
}
