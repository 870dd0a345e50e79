/* Fibers: switches keep every preserved register and the stack; stacks are reused; a million parked ones fit. */
#include "check.h"
#include "../src/internal.h"

static jci_fiber_pool pool;
static void *main_sp;
static jci_fiber *current;

static void yield(void) {
  jci_fiber *f = current;
  jci_switch(&f->sp, main_sp);
}
static void resume(jci_fiber *f) {
  current = f;
  jci_switch(&main_sp, f->sp);
}

static jc_u64 sums[64];

/* Values that live across switches in integer and floating registers. */
static void worker(void *arg) {
  jc_u64 id = (jc_u64)(jc_usize)arg;
  jc_u64 a = id, b = id * 3, c = id * 5, d = id * 7, e = id * 11, f = id * 13, g = id * 17, h = id * 19;
  double x = (double)id, y = x * 1.5, z = x * 2.25, w = x * 4.125;
  for (int round = 0; round < 100; round++) {
    yield();
    a += 1, b += a, c ^= b, d += c, e ^= d, f += e, g ^= f, h += g;
    x += 1.0, y += x * 0.5, z += y * 0.25, w += z * 0.125;
  }
  sums[id] = a ^ b ^ c ^ d ^ e ^ f ^ g ^ h ^ jc_f64_bits(x + y + z + w);
  current->task = arg;
  for (;;) yield();
}

static jc_u64 expected(jc_u64 id) {
  volatile jc_u64 a = id, b = id * 3, c = id * 5, d = id * 7, e = id * 11, f = id * 13, g = id * 17, h = id * 19;
  volatile double x = (double)id, y = x * 1.5, z = x * 2.25, w = x * 4.125;
  for (int round = 0; round < 100; round++) {
    a += 1, b += a, c ^= b, d += c, e ^= d, f += e, g ^= f, h += g;
    x += 1.0, y += x * 0.5, z += y * 0.25, w += z * 0.125;
  }
  return a ^ b ^ c ^ d ^ e ^ f ^ g ^ h ^ jc_f64_bits(x + y + z + w);
}

static void parked(void *arg) {
  (void)arg;
  yield();
  for (;;) yield();
}

static jc_u64 deep(jc_u64 n) {
  volatile jc_u8 pad[200];
  pad[n % 200] = (jc_u8)n;
  return n == 0 ? 0 : deep(n - 1) + pad[n % 200] % 2;
}
static void diver(void *arg) {
  sums[0] = deep((jc_u64)(jc_usize)arg);
  for (;;) yield();
}

jc_i32 jc_program(void) {
  static jci_fiber *fibers[64];
  for (jc_usize i = 0; i < 64; i++) fibers[i] = jci_fiber_new(&pool, worker, (void *)i);
  for (int round = 0; round < 101; round++)
    for (jc_usize i = 0; i < 64; i++) resume(fibers[(i * 29 + (jc_usize)round) % 64]);
  for (jc_usize i = 0; i < 64; i++) {
    CHECK(fibers[i]->task == (void *)i);
    CHECK(sums[i] == expected(i));
  }
  for (jc_usize i = 0; i < 64; i++) jci_fiber_free(&pool, fibers[i]);
  CHECK(pool.made == 64);
  jci_fiber *again = jci_fiber_new(&pool, diver, (void *)500);
  CHECK(again == fibers[63] && pool.made == 64);
  resume(again);
  CHECK(sums[0] != 0 || deep(500) == 0);
  jc_usize many = jc_os_argc() > 1 ? 1000000 : 2000;
  jci_fiber *list = 0;
  for (jc_usize i = 0; i < many; i++) {
    jci_fiber *f = jci_fiber_new(&pool, parked, 0);
    resume(f);
    f->next = list;
    list = f;
  }
  jc_usize seen = 0;
  for (jci_fiber *f = list; f; seen++) {
    jci_fiber *next = f->next;
    resume(f);
    jci_fiber_free(&pool, f);
    f = next;
  }
  CHECK(seen == many);
  return failures ? 1 : 0;
}
