#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* An open-addressing table with tombstones: C has none of its own. */
typedef struct { uint64_t key, value; int state; } Slot; /* 0 free, 1 used, 2 removed */
typedef struct { Slot *slots; size_t mask, used, filled; } Table;

static uint64_t next(uint64_t x) {
    x ^= x << 13;
    x ^= x >> 7;
    return x ^ (x << 17);
}

static uint64_t mix(uint64_t x) {
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93u;
    x ^= x >> 32;
    return x;
}

static Slot *find(Table *t, uint64_t key) {
    size_t i = mix(key) & t->mask;
    while (t->slots[i].state != 0 && !(t->slots[i].state == 1 && t->slots[i].key == key)) i = (i + 1) & t->mask;
    return &t->slots[i];
}

static void insert(Table *t, uint64_t key, uint64_t value) {
    Slot *s = find(t, key);
    if (s->state == 1) {
        s->value = value;
        return;
    }
    *s = (Slot){ key, value, 1 };
    t->used++;
    if (++t->filled * 4 <= (t->mask + 1) * 3) return;
    Table bigger = { calloc((t->mask + 1) * 2, sizeof(Slot)), t->mask * 2 + 1, t->used, t->used };
    for (size_t i = 0; i <= t->mask; i++)
        if (t->slots[i].state == 1) *find(&bigger, t->slots[i].key) = t->slots[i];
    free(t->slots);
    *t = bigger;
}

int main(int argc, char **argv) {
    int n = argc > 1 ? atoi(argv[1]) : 10000;
    Table t = { calloc(16, sizeof(Slot)), 15, 0, 0 };
    const uint64_t start = 88172645463325252u;
    uint64_t state = start, found = 0, sum = 0;
    for (int i = 0; i < n; i++) {
        state = next(state);
        insert(&t, state >> 20, (uint64_t)i);
    }
    state = start;
    for (int i = 0; i < n; i++) {
        state = next(state);
        Slot *s = find(&t, state >> 20);
        if (s->state == 1) {
            found++;
            sum += s->value;
        }
        if (find(&t, state >> 21)->state == 1) found++;
    }
    state = start;
    for (int i = 0; i < n; i++) {
        state = next(state);
        if (i % 3 != 0) continue;
        Slot *s = find(&t, state >> 20);
        if (s->state == 1) {
            s->state = 2;
            t.used--;
        }
    }
    printf("%llu %llu %zu\n", (unsigned long long)found, (unsigned long long)sum, t.used);
    free(t.slots);
    return 0;
}
