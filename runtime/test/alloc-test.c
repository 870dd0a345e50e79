/* The allocator: blocks do not overlap, keep their bytes, are aligned; realloc keeps what fits; zeroed memory is zero. */
#include "check.h"

enum { SLOTS = 400 };
typedef struct slot {
  jc_u8 *p;
  jc_usize size, align;
  jc_u8 mark;
} slot;
static slot slots[SLOTS];

static jc_usize some_size(void) {
  switch (check_random() % 6) {
    case 0: return check_random() % 64;
    case 1: return check_random() % 1100;
    case 2: return check_random() % 5000;
    case 3: return check_random() % 140000;
    case 4: return check_random() % 40 == 0 ? check_random() % 9000000 : 24;
    default: return (jc_usize)16 << (check_random() % 10);
  }
}

static void verify(slot *s) {
  for (jc_usize i = 0; i < s->size; i += s->size < 4096 ? 1 : 97) CHECK(s->p[i] == s->mark);
  if (s->size) CHECK(s->p[s->size - 1] == s->mark);
}

jc_i32 jc_program(void) {
  for (int round = 0; round < 60000 && !failures; round++) {
    slot *s = &slots[check_random() % SLOTS];
    if (s->p) {
      verify(s);
      if (check_random() % 4 == 0) {
        jc_usize size = some_size(), kept = size < s->size ? size : s->size;
        s->p = jc_realloc(s->p, s->size, size, s->align);
        for (jc_usize i = 0; i < kept; i += kept < 4096 ? 1 : 89) CHECK(s->p[i] == s->mark);
        s->size = size;
        memset(s->p, s->mark, size);
      } else {
        jc_free(s->p, s->size, s->align);
        s->p = 0;
        continue;
      }
    } else {
      s->size = some_size();
      s->align = check_random() % 8 == 0 ? (jc_usize)1 << (check_random() % 14) : 8;
      s->mark = (jc_u8)check_random();
      if (check_random() % 3 == 0) {
        s->p = jc_alloc_zeroed(s->size, s->align);
        for (jc_usize i = 0; i < s->size; i += s->size < 4096 ? 1 : 61) CHECK(s->p[i] == 0);
      } else {
        s->p = jc_alloc(s->size, s->align);
      }
      CHECK(s->p != 0);
      memset(s->p, s->mark, s->size);
    }
    CHECK(((jc_usize)s->p & (s->align - 1)) == 0);
  }
  for (int i = 0; i < SLOTS; i++)
    if (slots[i].p) {
      verify(&slots[i]);
      jc_free(slots[i].p, slots[i].size, slots[i].align);
    }
  return failures != 0;
}
