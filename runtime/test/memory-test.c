/* memcpy, memmove, memset, memcmp, byte search and the integer helpers against loops, at all small sizes and offsets and some large ones. */
#include "check.h"

enum { ROOM = 20000 };
static jc_u8 a[ROOM], b[ROOM], want[ROOM];

static void fill(void) {
  for (jc_usize i = 0; i < ROOM; i++) {
    a[i] = (jc_u8)check_random();
    b[i] = want[i] = (jc_u8)check_random();
  }
}

static void same(jc_u8 *x, jc_u8 *y) {
  jc_usize i = 0;
  while (i < ROOM && x[i] == y[i]) i++;
  CHECK(i == ROOM);
}

/* Not `static`: the compiler must not see through and replace the call. */
void *(*volatile copy)(void *, const void *, jc_usize) = memcpy;
void *(*volatile move)(void *, const void *, jc_usize) = memmove;
void *(*volatile set)(void *, int, jc_usize) = memset;
int (*volatile compare)(const void *, const void *, jc_usize) = memcmp;

static void sizes(jc_usize n, jc_usize from, jc_usize to) {
  jc_usize i;
  fill();
  for (i = 0; i < n; i++) want[to + i] = a[from + i];
  CHECK(copy(b + to, a + from, n) == b + to);
  same(b, want);
  CHECK(compare(b + to, a + from, n) == 0);
  if (n) {
    jc_usize at = check_random() % n;
    b[to + at] ^= 1 << check_random() % 8;
    CHECK((compare(b + to, a + from, n) < 0) == (b[to + at] < a[from + at]));
    CHECK((compare(b + to, a + from, n) > 0) == (b[to + at] > a[from + at]));
  }
  for (i = 0; i < ROOM; i++) want[i] = b[i];
  for (i = 0; i < n; i++) want[to + i] = b[from + i];
  move(b + to, b + from, n);
  if (from < to)
    for (i = 0; i < ROOM; i++) want[i] = b[i];
  same(b, want);
  set(b + to, (int)n, n);
  for (i = 0; i < n; i++) want[to + i] = (jc_u8)n;
  same(b, want);
}

/* Overlap with the destination above the source, which the loop in `sizes` cannot predict. */
static void overlap(jc_usize n, jc_usize by) {
  fill();
  for (jc_usize i = 0; i < n; i++) want[by + i] = b[i];
  move(b + by, b, n);
  same(b, want);
}

jc_i32 jc_program(void) {
  for (jc_usize n = 0; n < 300; n++) sizes(n, check_random() % 70, check_random() % 70);
  for (jc_usize n = 300; n < 9000; n = n * 5 / 4) {
    sizes(n, 3, 64);
    sizes(n, 64, 3);
    sizes(n, 9001, 1);
  }
  for (jc_usize n = 0; n < 300; n++) overlap(n, check_random() % 80);
  overlap(8000, 1);
  overlap(8000, 70);
  fill();
  for (jc_usize n = 0; n < 200; n++) {
    jc_usize off = check_random() % 32, i = 0;
    jc_u8 byte = (jc_u8)check_random();
    while (i < n && a[off + i] != byte) i++;
    CHECK(jc_find_byte(a + off, byte, n) == i);
  }
  for (int i = 0; i < 20000; i++) {
    jc_i64 x = (jc_i64)(check_random() >> check_random() % 64), y = (jc_i64)(check_random() >> check_random() % 64), r, s;
    if (check_random() & 1) x = -x;
    int flag = JC_MUL(i64, x, y, r);
    CHECK(flag == (jc_mul_overflows_i64(x, y) != 0));
    CHECK(r == (jc_i64)((jc_u64)x * (jc_u64)y));
    if (!flag && y) CHECK(r / y == x);
    flag = JC_ADD(i64, x, y, s);
    CHECK(flag == ((x > 0 && y > 0 && s <= 0) || (x < 0 && y < 0 && s >= 0)));
    flag = JC_SUB(i64, x, y, s);
    CHECK(flag == ((x >= 0 && y < 0 && s < 0) || (x < 0 && y > 0 && s >= 0)));
    CHECK(jc_mul_overflows_u64((jc_u64)x, (jc_u64)y) == (jc_mul_high((jc_u64)x, (jc_u64)y) != 0));
    jc_u32 ones = 0, lead = 64;
    for (jc_u32 bit = 0; bit < 64; bit++)
      if ((jc_u64)x >> bit & 1) {
        ones++;
        lead = 63 - bit;
      }
    CHECK(jc_count_ones((jc_u64)x) == ones);
    CHECK(jc_leading_zeros((jc_u64)x) == lead);
  }
  return failures != 0;
}
