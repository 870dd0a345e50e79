#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    int n = argc > 1 ? atoi(argv[1]) : 64, inside = 0;
    uint32_t checksum = 0;
    for (int y = 0; y < n; y++) {
        double ci = 2.0 * y / n - 1.0;
        uint32_t byte = 0;
        for (int x = 0; x < n; x++) {
            double cr = 2.0 * x / n - 1.5, zr = 0, zi = 0, tr = 0, ti = 0;
            for (int rounds = 0; rounds < 50 && tr + ti <= 4.0; rounds++) {
                zi = 2.0 * zr * zi + ci;
                zr = tr - ti + cr;
                tr = zr * zr;
                ti = zi * zi;
            }
            byte <<= 1;
            if (tr + ti <= 4.0) {
                byte |= 1;
                inside++;
            }
            if (x % 8 == 7) {
                checksum = checksum * 31 + byte;
                byte = 0;
            }
        }
    }
    printf("%d %u\n", inside, checksum);
    return 0;
}
