#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int compare(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t *numbers(size_t n) {
    uint64_t state = 88172645463325252u;
    int64_t *out = malloc(n * sizeof *out);
    for (size_t i = 0; i < n; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        out[i] = (int64_t)(state >> 1);
    }
    return out;
}

static uint64_t checksum(const int64_t *xs, size_t n) {
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++) sum = sum * 31 + (uint64_t)xs[i];
    return sum;
}

int main(int argc, char **argv) {
    size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000;
    int64_t *a = numbers(n), *b = numbers(n);
    qsort(a, n, sizeof *a, compare);
    qsort(b, n, sizeof *b, compare);
    bool ordered = true;
    for (size_t i = 1; i < n; i++) ordered = ordered && a[i - 1] <= a[i] && b[i - 1] <= b[i];
    printf("%s %llu %llu\n", ordered ? "true" : "false", (unsigned long long)checksum(a, n), (unsigned long long)checksum(b, n));
    free(a); free(b);
    return 0;
}
