#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 7;
    size_t *perm = calloc(n, sizeof *perm), *perm1 = calloc(n, sizeof *perm1), *count = calloc(n, sizeof *count);
    for (size_t i = 0; i < n; i++) perm1[i] = i;
    int max_flips = 0, checksum = 0, permutation = 0;
    size_t r = n;
    for (;;) {
        for (; r != 1; r--) count[r - 1] = r;
        for (size_t i = 0; i < n; i++) perm[i] = perm1[i];
        int flips = 0;
        for (size_t first = perm[0]; first != 0; first = perm[0]) {
            for (size_t lo = 0, hi = first; lo < hi; lo++, hi--) {
                size_t t = perm[lo];
                perm[lo] = perm[hi];
                perm[hi] = t;
            }
            flips++;
        }
        if (flips > max_flips) max_flips = flips;
        checksum += permutation % 2 == 0 ? flips : -flips;
        for (;;) {
            if (r == n) {
                printf("%d\nPfannkuchen(%zu) = %d\n", checksum, n, max_flips);
                free(perm); free(perm1); free(count);
                return 0;
            }
            size_t head = perm1[0];
            for (size_t i = 0; i < r; i++) perm1[i] = perm1[i + 1];
            perm1[r] = head;
            if (--count[r] > 0) break;
            r++;
        }
        permutation++;
    }
}
