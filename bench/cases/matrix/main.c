#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void multiply_ints(const int64_t *a, const int64_t *b, int64_t *c, size_t n) {
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            int64_t x = a[i * n + k];
            for (size_t j = 0; j < n; j++) c[i * n + j] += x * b[k * n + j];
        }
}

static void multiply_floats(const double *a, const double *b, double *c, size_t n) {
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            double x = a[i * n + k];
            for (size_t j = 0; j < n; j++) c[i * n + j] += x * b[k * n + j];
        }
}

int main(int argc, char **argv) {
    size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 40;
    int64_t *a = malloc(n * n * sizeof *a), *b = malloc(n * n * sizeof *b), *c = calloc(n * n, sizeof *c);
    double *fa = malloc(n * n * sizeof *fa), *fb = malloc(n * n * sizeof *fb), *fc = calloc(n * n, sizeof *fc);
    for (size_t i = 0; i < n * n; i++) {
        a[i] = (int64_t)(i * 7 % 101);
        b[i] = (int64_t)(i * 13 % 97);
        fa[i] = (double)(i * 7 % 101);
        fb[i] = (double)(i * 13 % 97);
    }
    multiply_ints(a, b, c, n);
    multiply_floats(fa, fb, fc, n);
    int64_t trace = 0;
    double float_trace = 0;
    for (size_t i = 0; i < n; i++) {
        trace += c[i * n + i];
        float_trace += fc[i * n + i];
    }
    printf("%lld %.1f\n", (long long)trace, float_trace);
    free(a); free(b); free(c); free(fa); free(fb); free(fc);
    return 0;
}
