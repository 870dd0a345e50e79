#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An open-addressing table: C has none of its own. */
typedef struct { uint64_t key; int32_t count; } Slot;
typedef struct { Slot *slots; size_t mask, used; } Table;

static uint64_t mix(uint64_t x) {
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93u;
    x ^= x >> 32;
    return x;
}

static Slot *find(Table *t, uint64_t key) {
    size_t i = mix(key) & t->mask;
    while (t->slots[i].count != 0 && t->slots[i].key != key) i = (i + 1) & t->mask;
    return &t->slots[i];
}

static void add(Table *t, uint64_t key) {
    Slot *s = find(t, key);
    if (s->count++ != 0) return;
    s->key = key;
    if (++t->used * 4 <= (t->mask + 1) * 3) return;
    Table bigger = { calloc((t->mask + 1) * 2, sizeof(Slot)), t->mask * 2 + 1, t->used };
    for (size_t i = 0; i <= t->mask; i++)
        if (t->slots[i].count != 0) *find(&bigger, t->slots[i].key) = t->slots[i];
    free(t->slots);
    *t = bigger;
}

int main(int argc, char **argv) {
    size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000;
    uint8_t *dna = malloc(n);
    uint32_t seed = 42;
    for (size_t i = 0; i < n; i++) {
        seed = (seed * 3877 + 29573) % 139968;
        uint32_t pick = seed * 100 / 139968;
        dna[i] = pick < 30 ? 0 : pick < 50 ? 1 : pick < 70 ? 2 : 3;
    }
    size_t lengths[] = { 1, 2, 4, 6, 12, 18 };
    for (int l = 0; l < 6; l++) {
        size_t length = lengths[l];
        Table t = { calloc(16, sizeof(Slot)), 15, 0 };
        uint64_t mask = (1ull << (2 * length)) - 1, key = 0, sum = 0;
        for (size_t i = 0; i < n; i++) {
            key = ((key << 2) | dna[i]) & mask;
            if (i + 1 >= length) add(&t, key);
        }
        int32_t most = 0;
        for (size_t i = 0; i <= t.mask; i++) {
            if (t.slots[i].count > most) most = t.slots[i].count;
            sum += t.slots[i].key * (uint64_t)t.slots[i].count;
        }
        printf("%zu\t%zu\t%d\t%llu\n", length, t.used, most, (unsigned long long)sum);
        free(t.slots);
    }
    free(dna);
    return 0;
}
