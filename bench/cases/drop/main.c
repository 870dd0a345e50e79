// The peer of main.cj: a call by hand at the end of the scope; with -DCLEANUP by the attribute `cleanup` of GNU C.
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { N = 200000 };
static int64_t entries[N], base[N];
static int count;

static inline int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000 + t.tv_nsec;
}

struct resource {
  int64_t *log;
  int64_t left;
  uint64_t *block;
};

static void destroy(struct resource *r) {
  int64_t at = now();
  r->log[count++] = at - r->left + (int64_t)r->block[3];
  free(r->block);
}

static __attribute__((noinline)) void scope(int64_t *log) {
#ifdef CLEANUP
  __attribute__((cleanup(destroy)))
#endif
  struct resource r = { log, 0, calloc(8, 8) };
  r.left = now();
#ifndef CLEANUP
  destroy(&r);
#endif
}

static int compare(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

int main(void) {
  for (int i = 0; i < N; i++) {
    scope(entries);
    int64_t a = now();
    base[i] = now() - a;
  }
  qsort(entries, N, sizeof *entries, compare);
  qsort(base, N, sizeof *base, compare);
  printf("%ld %ld %ld %ld %ld %d\n", entries[N / 2], entries[N * 99L / 100], entries[N * 999L / 1000], entries[N - 1], base[N / 2], count);
}
