/*
 * memcpy, memmove, memset, memcmp and byte search: own ones, because the default form links no libc.
 * Sizes up to 64 are done by overlapping loads and stores without a loop, so that memcpy may serve memmove there; long copies use
 * `rep movsb` on x86-64 (fast since 2012), others a loop of vectors. Compiled with -fno-builtin, or the loops would become calls of themselves.
 */
#include "internal.h"

#if !defined(JC_LIBC)

#if !defined(__TINYC__) && (defined(__x86_64__) || defined(__aarch64__))
/* Unaligned access is cheap: words of 16, 8, 4 and 2 bytes at any address. */
typedef jc_u8 jci_v16 __attribute__((vector_size(16), aligned(1), may_alias));
typedef jc_u64 jci_w8 __attribute__((aligned(1), may_alias));
typedef jc_u32 jci_w4 __attribute__((aligned(1), may_alias));
typedef jc_u16 jci_w2 __attribute__((aligned(1), may_alias));
#define AT(T, p, i) (*(T *)((jc_u8 *)(p) + (i)))

/* n ≤ 64: all loads before all stores. */
JC_ALWAYS_INLINE void jci_copy_small(jc_u8 *d, const jc_u8 *s, jc_usize n) {
  if (n >= 16) {
    jci_v16 first = AT(jci_v16, s, 0), last = AT(jci_v16, s, n - 16);
    if (n > 32) {
      jci_v16 second = AT(jci_v16, s, 16), third = AT(jci_v16, s, n - 32);
      AT(jci_v16, d, 16) = second;
      AT(jci_v16, d, n - 32) = third;
    }
    AT(jci_v16, d, 0) = first;
    AT(jci_v16, d, n - 16) = last;
  } else if (n >= 8) {
    jci_w8 first = AT(jci_w8, s, 0), last = AT(jci_w8, s, n - 8);
    AT(jci_w8, d, 0) = first;
    AT(jci_w8, d, n - 8) = last;
  } else if (n >= 4) {
    jci_w4 first = AT(jci_w4, s, 0), last = AT(jci_w4, s, n - 4);
    AT(jci_w4, d, 0) = first;
    AT(jci_w4, d, n - 4) = last;
  } else if (n >= 2) {
    jci_w2 first = AT(jci_w2, s, 0), last = AT(jci_w2, s, n - 2);
    AT(jci_w2, d, 0) = first;
    AT(jci_w2, d, n - 2) = last;
  } else if (n) {
    *d = *s;
  }
}

/* Ascending, by 64; the last 64 are loaded before anything is stored, so that d may be below s and overlap. */
static void jci_copy_up(jc_u8 *d, const jc_u8 *s, jc_usize n) {
  jci_v16 t0 = AT(jci_v16, s, n - 64), t1 = AT(jci_v16, s, n - 48), t2 = AT(jci_v16, s, n - 32), t3 = AT(jci_v16, s, n - 16);
  jc_u8 *tail = d + n - 64;
  while (d < tail) {
    jci_v16 a = AT(jci_v16, s, 0), b = AT(jci_v16, s, 16), c = AT(jci_v16, s, 32), e = AT(jci_v16, s, 48);
    AT(jci_v16, d, 0) = a;
    AT(jci_v16, d, 16) = b;
    AT(jci_v16, d, 32) = c;
    AT(jci_v16, d, 48) = e;
    d += 64;
    s += 64;
  }
  AT(jci_v16, tail, 0) = t0;
  AT(jci_v16, tail, 16) = t1;
  AT(jci_v16, tail, 32) = t2;
  AT(jci_v16, tail, 48) = t3;
}

static void jci_copy_down(jc_u8 *d, const jc_u8 *s, jc_usize n) {
  jci_v16 t0 = AT(jci_v16, s, 0), t1 = AT(jci_v16, s, 16), t2 = AT(jci_v16, s, 32), t3 = AT(jci_v16, s, 48);
  jc_usize i = n;
  while (i > 64) {
    i -= 64;
    jci_v16 a = AT(jci_v16, s, i), b = AT(jci_v16, s, i + 16), c = AT(jci_v16, s, i + 32), e = AT(jci_v16, s, i + 48);
    AT(jci_v16, d, i) = a;
    AT(jci_v16, d, i + 16) = b;
    AT(jci_v16, d, i + 32) = c;
    AT(jci_v16, d, i + 48) = e;
  }
  AT(jci_v16, d, 0) = t0;
  AT(jci_v16, d, 16) = t1;
  AT(jci_v16, d, 32) = t2;
  AT(jci_v16, d, 48) = t3;
}

void *memcpy(void *to, const void *from, jc_usize n) {
  if (n <= 64) {
    jci_copy_small(to, from, n);
    return to;
  }
#if defined(__x86_64__)
  if (n >= 4096) {
    void *d = to;
    __asm__ volatile("rep movsb" : "+D"(d), "+S"(from), "+c"(n) : : "memory");
    return to;
  }
#endif
  jci_copy_up(to, from, n);
  return to;
}

void *memmove(void *to, const void *from, jc_usize n) {
  if (n <= 64) jci_copy_small(to, from, n);
  else if ((jc_usize)to - (jc_usize)from >= n) {
    /* `rep movsb` is slow where the destination follows closely below the source. */
    if ((jc_usize)from - (jc_usize)to >= n) memcpy(to, from, n);
    else jci_copy_up(to, from, n);
  } else jci_copy_down(to, from, n);
  return to;
}

void *memset(void *to, int byte, jc_usize n) {
  jc_u8 *d = to;
  jc_u64 word = 0x0101010101010101ull * (jc_u8)byte;
  if (n >= 16) {
    union { jc_u64 w[2]; jci_v16 v; } u = { { word, word } };
#if defined(__x86_64__)
    if (n >= 2048) {
      __asm__ volatile("rep stosb" : "+D"(d), "+c"(n) : "a"(byte) : "memory");
      return to;
    }
#endif
    jc_usize i = 0;
    for (; i + 16 < n; i += 16) AT(jci_v16, d, i) = u.v;
    AT(jci_v16, d, n - 16) = u.v;
  } else if (n >= 8) {
    AT(jci_w8, d, 0) = word;
    AT(jci_w8, d, n - 8) = word;
  } else if (n >= 4) {
    AT(jci_w4, d, 0) = (jc_u32)word;
    AT(jci_w4, d, n - 4) = (jc_u32)word;
  } else {
    while (n) d[--n] = (jc_u8)byte;
  }
  return to;
}

int memcmp(const void *a, const void *b, jc_usize n) {
  const jc_u8 *p = a, *q = b;
  while (n >= 8) {
    jc_u64 x = AT(jci_w8, p, 0), y = AT(jci_w8, q, 0);
    if (x != y) {
      x = jc_byte_swap(x);
      y = jc_byte_swap(y);
      return x < y ? -1 : 1;
    }
    p += 8;
    q += 8;
    n -= 8;
  }
  for (; n; n--, p++, q++)
    if (*p != *q) return *p < *q ? -1 : 1;
  return 0;
}

#else
#if defined(__TINYC__) && defined(__x86_64__)
/*
 * tcc calls memmove for each assignment of a struct, so short ones decide how fast its programs are. Its own code for the loops would be slow:
 * up to 32 bytes in registers, all loads before all stores; then words upward or downward.
 */
__asm__(".text\n.globl memcpy\nmemcpy:\n.globl memmove\nmemmove:\n"
        "  movq %rdi, %rax\n  cmpq $16, %rdx\n  ja jci_above16\n  cmpq $8, %rdx\n  jb jci_below8\n"
        "  movq (%rsi), %rcx\n  movq -8(%rsi,%rdx), %r8\n  movq %rcx, (%rdi)\n  movq %r8, -8(%rdi,%rdx)\n  ret\n"
        "jci_below8:\n  cmpq $4, %rdx\n  jb jci_below4\n"
        "  movl (%rsi), %ecx\n  movl -4(%rsi,%rdx), %r8d\n  movl %ecx, (%rdi)\n  movl %r8d, -4(%rdi,%rdx)\n  ret\n"
        "jci_below4:\n  testq %rdx, %rdx\n  je jci_copied\n"
        "  movb (%rsi), %cl\n  movq %rdx, %r9\n  shrq $1, %r9\n  movb (%rsi,%r9), %r8b\n  movb -1(%rsi,%rdx), %r10b\n"
        "  movb %cl, (%rdi)\n  movb %r8b, (%rdi,%r9)\n  movb %r10b, -1(%rdi,%rdx)\njci_copied:\n  ret\n"
        "jci_above16:\n  cmpq $32, %rdx\n  ja jci_above32\n"
        "  movq (%rsi), %rcx\n  movq 8(%rsi), %r8\n  movq -16(%rsi,%rdx), %r9\n  movq -8(%rsi,%rdx), %r10\n"
        "  movq %rcx, (%rdi)\n  movq %r8, 8(%rdi)\n  movq %r9, -16(%rdi,%rdx)\n  movq %r10, -8(%rdi,%rdx)\n  ret\n"
        "jci_above32:\n  movq %rdi, %rcx\n  subq %rsi, %rcx\n  cmpq %rdx, %rcx\n  jb jci_downward\n"
        "  cmpq $512, %rdx\n  jae jci_long\n"
        "  movq -16(%rsi,%rdx), %r9\n  movq -8(%rsi,%rdx), %r10\n  leaq -16(%rdi,%rdx), %r11\n"
        "jci_upward:\n  movq (%rsi), %rcx\n  movq 8(%rsi), %r8\n  movq %rcx, (%rdi)\n  movq %r8, 8(%rdi)\n"
        "  addq $16, %rsi\n  addq $16, %rdi\n  cmpq %r11, %rdi\n  jb jci_upward\n"
        "  movq %r9, (%r11)\n  movq %r10, 8(%r11)\n  ret\n"
        "jci_long:\n  movq %rdx, %rcx\n  rep\n  movsb\n  ret\n"
        "jci_downward:\n  movq (%rsi), %r9\n  movq 8(%rsi), %r10\n"
        "jci_down:\n  movq -8(%rsi,%rdx), %rcx\n  movq -16(%rsi,%rdx), %r8\n  movq %rcx, -8(%rdi,%rdx)\n  movq %r8, -16(%rdi,%rdx)\n"
        "  subq $16, %rdx\n  cmpq $16, %rdx\n  ja jci_down\n  movq %r9, (%rdi)\n  movq %r10, 8(%rdi)\n  ret\n");
#else
/* Words where both sides are aligned alike, else bytes. */
static void jci_copy_up(jc_u8 *d, const jc_u8 *s, jc_usize n) {
  if ((((jc_usize)d ^ (jc_usize)s) & 7) == 0) {
    for (; n && ((jc_usize)d & 7); n--) *d++ = *s++;
    for (; n >= 8; n -= 8, d += 8, s += 8) *(jc_u64 *)d = *(const jc_u64 *)s;
  }
  for (; n; n--) *d++ = *s++;
}

void *memcpy(void *to, const void *from, jc_usize n) {
  jci_copy_up(to, from, n);
  return to;
}

void *memmove(void *to, const void *from, jc_usize n) {
  jc_u8 *d = to;
  const jc_u8 *s = from;
  if ((jc_usize)d - (jc_usize)s >= n) jci_copy_up(d, s, n);
  else
    while (n) {
      n--;
      d[n] = s[n];
    }
  return to;
}
#endif

void *memset(void *to, int byte, jc_usize n) {
  jc_u8 *d = to;
  for (; n && ((jc_usize)d & 7); n--) *d++ = (jc_u8)byte;
  for (; n >= 8; n -= 8, d += 8) *(jc_u64 *)d = 0x0101010101010101ull * (jc_u8)byte;
  for (; n; n--) *d++ = (jc_u8)byte;
  return to;
}

int memcmp(const void *a, const void *b, jc_usize n) {
  const jc_u8 *p = a, *q = b;
  for (; n; n--, p++, q++)
    if (*p != *q) return *p < *q ? -1 : 1;
  return 0;
}
#endif

#if !defined(__TINYC__)
/* Compilers make calls of these out of comparisons and loops. */
int bcmp(const void *a, const void *b, jc_usize n) { return memcmp(a, b, n); }
#endif
jc_usize strlen(const char *s) { return jc_cstr_len(s); }
#endif

/* Eight bytes at a time: a word with a zero byte, by Mycroft's test. */
jc_usize jc_find_byte(const void *p, jc_u8 byte, jc_usize n) {
  const jc_u8 *s = p;
  jc_usize i = 0;
  jc_u64 pattern = 0x0101010101010101ull * byte;
  while (i < n && ((jc_usize)(s + i) & 7)) {
    if (s[i] == byte) return i;
    i++;
  }
  for (; i + 8 <= n; i += 8) {
    jc_u64 x = *(const jc_u64 *)(s + i) ^ pattern;
    if ((x - 0x0101010101010101ull) & ~x & 0x8080808080808080ull) break;
  }
  for (; i < n; i++)
    if (s[i] == byte) return i;
  return n;
}

int jc_mul_overflows_u64(jc_u64 a, jc_u64 b) {
  if (((a | b) >> 32) == 0) return 0;
  return jc_mul_high(a, b) != 0;
}

int jc_mul_overflows_i64(jc_i64 a, jc_i64 b) {
  jc_u64 x = a < 0 ? 0 - (jc_u64)a : (jc_u64)a, y = b < 0 ? 0 - (jc_u64)b : (jc_u64)b;
  jc_u64 limit = (jc_u64)1 << 63;
  if (jc_mul_overflows_u64(x, y)) return 1;
  return x * y > limit - ((a < 0) == (b < 0));
}

#if defined(__TINYC__)
jc_u32 jc_count_ones(jc_u64 x) {
  x -= (x >> 1) & 0x5555555555555555ull;
  x = (x & 0x3333333333333333ull) + ((x >> 2) & 0x3333333333333333ull);
  return (jc_u32)((((x + (x >> 4)) & 0x0f0f0f0f0f0f0f0full) * 0x0101010101010101ull) >> 56);
}
jc_u32 jc_leading_zeros(jc_u64 x) {
  jc_u32 n = 64, shift;
  for (shift = 32; shift; shift >>= 1)
    if (x >> shift) {
      x >>= shift;
      n -= shift;
    }
  return n - (jc_u32)x;
}
jc_u32 jc_trailing_zeros(jc_u64 x) { return x ? 63 - jc_leading_zeros(x & (0 - x)) : 64; }
jc_u64 jc_byte_swap(jc_u64 x) {
  jc_u64 r = 0;
  for (int i = 0; i < 8; i++, x >>= 8) r = r << 8 | (x & 255);
  return r;
}
#endif
