/*
 * Float operations that not every processor or compiler has: fma in integers, square root under tcc, and tcc's own conversion helpers.
 */
#include "internal.h"

typedef struct jci_u128 {
  jc_u64 hi, lo;
} jci_u128;

static jci_u128 jci_shl128(jci_u128 x, jc_u32 n) {
  jci_u128 r = x;
  if (n >= 64) {
    r.hi = n >= 128 ? 0 : x.lo << (n - 64);
    r.lo = 0;
  } else if (n) {
    r.hi = x.hi << n | x.lo >> (64 - n);
    r.lo = x.lo << n;
  }
  return r;
}

/* Shifts right; bits that fall out are kept as one sticky bit at the bottom. */
static jci_u128 jci_shr128_sticky(jci_u128 x, jc_u32 n) {
  jci_u128 r;
  jc_u64 lost;
  if (n == 0) return x;
  if (n >= 128) {
    r.hi = 0;
    r.lo = (x.hi | x.lo) != 0;
    return r;
  }
  if (n >= 64) {
    lost = x.lo | (n > 64 ? x.hi << (128 - n) : 0);
    r.hi = 0;
    r.lo = x.hi >> (n - 64);
  } else {
    lost = x.lo << (64 - n);
    r.lo = x.lo >> n | x.hi << (64 - n);
    r.hi = x.hi >> n;
  }
  r.lo |= lost != 0;
  return r;
}

/* a·b + c with one rounding: the product exactly in 106 bits, c aligned to it with a sticky bit. */
jc_f64 jc_fma(jc_f64 a, jc_f64 b, jc_f64 c) {
  jc_u64 ua = jc_f64_bits(a), ub = jc_f64_bits(b), uc = jc_f64_bits(c);
  jc_i32 ea = (jc_i32)(ua >> 52 & 0x7ff), eb = (jc_i32)(ub >> 52 & 0x7ff), ec = (jc_i32)(uc >> 52 & 0x7ff);
  if (ea == 0x7ff || eb == 0x7ff || ec == 0x7ff || a == 0 || b == 0) return a * b + c;
  if (c == 0 && (jc_f64_bits(a * b) & 0x7fffffffffffffffull) > 0x0360000000000000ull) return a * b;
  jc_u64 sign = (ua ^ ub) >> 63, sign_c = uc >> 63;
  jc_u64 ma = ua & 0xfffffffffffffull, mb = ub & 0xfffffffffffffull, mc = uc & 0xfffffffffffffull;
  if (ea) ma |= 1ull << 52;
  else ea = 1;
  if (eb) mb |= 1ull << 52;
  else eb = 1;
  if (ec) mc |= 1ull << 52;
  else ec = 1;
  /* Both become 128-bit numbers with their top bit at 125, so that a sum fits and an alignment by up to 70 loses nothing that counts. */
  jci_u128 p = { jc_mul_high(ma, mb), ma * mb }, q = { 0, mc };
  jc_i32 ep = ea + eb - 2150, eq = ec - 1075;
  jc_u32 up = (p.hi ? jc_leading_zeros(p.hi) : 64 + jc_leading_zeros(p.lo)) - 2;
  p = jci_shl128(p, up);
  ep -= (jc_i32)up;
  if (mc) {
    jc_u32 uq = 64 + jc_leading_zeros(mc) - 2;
    q = jci_shl128(q, uq);
    eq -= (jc_i32)uq;
    if (ep >= eq) {
      q = jci_shr128_sticky(q, ep - eq > 127 ? 128 : (jc_u32)(ep - eq));
    } else {
      p = jci_shr128_sticky(p, eq - ep > 127 ? 128 : (jc_u32)(eq - ep));
      ep = eq;
    }
    if (sign == sign_c) {
      p.lo += q.lo;
      p.hi += q.hi + (p.lo < q.lo);
    } else {
      if (p.hi < q.hi || (p.hi == q.hi && p.lo < q.lo)) {
        jci_u128 swap = p;
        p = q;
        q = swap;
        sign = sign_c;
      }
      p.hi -= q.hi + (p.lo < q.lo);
      p.lo -= q.lo;
      if (p.hi == 0 && p.lo == 0) return 0.0;
    }
  }
  /* Normalise to 64 bits with sticky, then round at 53 (fewer for subnormals). */
  jc_u32 lead = p.hi ? jc_leading_zeros(p.hi) : 64 + jc_leading_zeros(p.lo);
  p = jci_shl128(p, lead);
  ep -= (jc_i32)lead;
  jc_u64 m = p.hi | (p.lo != 0);
  jc_i32 e = ep + 64; /* value = m · 2^e, m has bit 63 */
  jc_i32 biased = e + 63 + 1023;
  jc_u32 drop = 11;
  if (biased <= 0) drop = biased < -60 ? 64 : (jc_u32)(12 - biased);
  if (drop >= 64) return jc_f64_from(sign << 63 | (drop == 64 && m > 1ull << 63 && biased >= -52));
  jc_u64 kept = m >> drop, rest = m << (64 - drop);
  if (rest > 1ull << 63 || (rest == 1ull << 63 && (kept & 1))) kept++;
  if (biased <= 0) return jc_f64_from(sign << 63 | kept);
  if (kept >> 53) {
    kept >>= 1;
    biased++;
  }
  if (biased >= 0x7ff) return jc_f64_from(sign << 63 | 0x7ff0000000000000ull);
  return jc_f64_from(sign << 63 | (jc_u64)biased << 52 | (kept & 0xfffffffffffffull));
}

#if defined(__TINYC__)
#if defined(__x86_64__)
/* sqrtsd %xmm0, %xmm0 */
__asm__(".text\n.globl jc_sqrt\njc_sqrt:\n  .byte 0xf2, 0x0f, 0x51, 0xc0\n  ret\n");
#endif
/* tcc calls these for unsigned 64-bit integers. */
double __floatundidf(jc_u64 x) {
  if ((jc_i64)x >= 0) return (double)(jc_i64)x;
  return (double)(jc_i64)(x >> 1 | (x & 1)) * 2.0;
}
float __floatundisf(jc_u64 x) {
  if ((jc_i64)x >= 0) return (float)(jc_i64)x;
  return (float)(jc_i64)(x >> 1 | (x & 1)) * 2.0f;
}
jc_u64 __fixunsdfdi(double x) {
  if (x < 9223372036854775808.0) return (jc_u64)(jc_i64)x;
  return (jc_u64)(jc_i64)(x - 9223372036854775808.0) + (1ull << 63);
}
jc_u64 __fixunssfdi(float x) { return __fixunsdfdi(x); }
#endif
