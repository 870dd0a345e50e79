#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static double element(size_t i, size_t j) { return 1.0 / (double)((i + j) * (i + j + 1) / 2 + i + 1); }

static void multiply(size_t n, const double *v, double *out) {
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (size_t j = 0; j < n; j++) sum += element(i, j) * v[j];
        out[i] = sum;
    }
}

static void multiply_transposed(size_t n, const double *v, double *out) {
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (size_t j = 0; j < n; j++) sum += element(j, i) * v[j];
        out[i] = sum;
    }
}

int main(int argc, char **argv) {
    size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 100;
    double *u = malloc(n * sizeof *u), *v = calloc(n, sizeof *v), *t = calloc(n, sizeof *t);
    for (size_t i = 0; i < n; i++) u[i] = 1.0;
    for (int k = 0; k < 10; k++) {
        multiply(n, u, t);
        multiply_transposed(n, t, v);
        multiply(n, v, t);
        multiply_transposed(n, t, u);
    }
    double vBv = 0, vv = 0;
    for (size_t i = 0; i < n; i++) {
        vBv += u[i] * v[i];
        vv += v[i] * v[i];
    }
    printf("%.9f\n", sqrt(vBv / vv));
    free(u); free(v); free(t);
    return 0;
}
