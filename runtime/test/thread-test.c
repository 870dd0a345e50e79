/* Threads: each has its own core state; a word that changes wakes who waits for it. */
#include "check.h"
#include "../src/internal.h"

enum { THREADS = 4, ROUNDS = 2000 };
static jc_u32 turn, done, wrong;

static void worker(void *arg) {
  jc_u32 me = (jc_u32)(jc_usize)arg;
  if (jc_core.panicking != 0 || jc_core.panic != 0) __atomic_fetch_add(&wrong, 1, __ATOMIC_SEQ_CST);
  jc_core.panicking = me + 100;
  for (int round = 0; round < ROUNDS; round++) {
    jc_u32 seen;
    while ((seen = __atomic_load_n(&turn, __ATOMIC_ACQUIRE)) % THREADS != me) jci_word_wait(&turn, seen, -1);
    jc_u8 *p = jc_alloc(64, 8);
    for (int i = 0; i < 64; i++) p[i] = (jc_u8)me;
    jc_free(p, 64, 8);
    __atomic_store_n(&turn, seen + 1, __ATOMIC_RELEASE);
    jci_word_wake(&turn, 1000);
  }
  if (jc_core.panicking != me + 100) __atomic_fetch_add(&wrong, 1, __ATOMIC_SEQ_CST);
  __atomic_fetch_add(&done, 1, __ATOMIC_SEQ_CST);
  jci_word_wake(&done, 1000);
  for (;;) jci_word_wait(&done, 1000, -1);
}

jc_i32 jc_program(void) {
  jc_core.panicking = 0;
  CHECK(jci_thread_count() >= 1);
  for (jc_usize i = 0; i < THREADS; i++) CHECK(jci_thread_start(worker, (void *)i) == 0);
  jc_u32 seen;
  while ((seen = __atomic_load_n(&done, __ATOMIC_ACQUIRE)) != THREADS) jci_word_wait(&done, seen, 1000000000);
  CHECK(turn == THREADS * ROUNDS);
  CHECK(wrong == 0);
  CHECK(jc_core.panicking == 0);
  return failures ? 1 : 0;
}
