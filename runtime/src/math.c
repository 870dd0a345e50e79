/*
 * Elementary functions of Float64: the same bits from every compiler, processor and form of the runtime; errors below 0.55 units
 * in the last place where measured (test/math-test.c). Everything is worked out in sums of two doubles ("double-double": Dekker, "A floating-point technique for
 * extending the available precision", 1971) and rounded once. exp and log: tables and short series (Tang 1989, 1990). Large angles: Payne and Hanek 1983.
 * Holds: tables in math-tables.h. Needs -ffp-contract=off.
 */
#include "internal.h"
#include "math-tables.h"

typedef struct jci_dd {
  double hi, lo;
} jci_dd;

/* v · 2^m. */
typedef struct jci_scaled {
  jci_dd v;
  jc_i32 m;
} jci_scaled;

#define JCI_INF jc_f64_from(0x7ff0000000000000ull)
#define JCI_NAN jc_f64_from(0x7ff8000000000000ull)

JC_INLINE jci_dd jci_two_sum(double a, double b) {
  jci_dd r;
  r.hi = a + b;
  double t = r.hi - a;
  r.lo = (a - (r.hi - t)) + (b - t);
  return r;
}

/* |a| ≥ |b|, or a = 0. */
JC_INLINE jci_dd jci_fast_sum(double a, double b) {
  jci_dd r;
  r.hi = a + b;
  r.lo = b - (r.hi - a);
  return r;
}

/* Exact below 2^996. */
JC_INLINE jci_dd jci_product(double a, double b) {
  jci_dd r;
  r.hi = a * b;
#if defined(__FP_FAST_FMA) && !defined(__TINYC__)
  r.lo = __builtin_fma(a, b, -r.hi);
#else
  double t = 134217729.0 * a, ah = t - (t - a), al = a - ah;
  t = 134217729.0 * b;
  double bh = t - (t - b), bl = b - bh;
  r.lo = ((ah * bh - r.hi) + ah * bl + al * bh) + al * bl;
#endif
  return r;
}

static jci_dd jci_mul(jci_dd a, jci_dd b) {
  jci_dd p = jci_product(a.hi, b.hi);
  return jci_fast_sum(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

static jci_dd jci_add(jci_dd a, jci_dd b) {
  jci_dd s = jci_two_sum(a.hi, b.hi);
  return jci_fast_sum(s.hi, s.lo + (a.lo + b.lo));
}

static jci_dd jci_neg(jci_dd a) {
  a.hi = -a.hi;
  a.lo = -a.lo;
  return a;
}

static jci_dd jci_div(jci_dd n, jci_dd d) {
  double q = n.hi / d.hi;
  jci_dd p = jci_product(q, d.hi);
  return jci_fast_sum(q, (((n.hi - p.hi) - p.lo) + n.lo - q * d.lo) / d.hi);
}

static jci_dd jci_sqrt_dd(jci_dd a) {
  jci_dd r = { 0, 0 };
  if (a.hi == 0) return r;
  double s = jc_sqrt(a.hi);
  jci_dd p = jci_product(s, s);
  return jci_fast_sum(s, (((a.hi - p.hi) - p.lo) + a.lo) / (2 * s));
}

static jci_dd jci_dd_of(double hi, double lo) {
  jci_dd r;
  r.hi = hi;
  r.lo = lo;
  return r;
}

/* Nearest integer, for |x| < 2^51. */
JC_INLINE double jci_nearest(double x) { return (x + 6755399441055744.0) - 6755399441055744.0; }

/* 2^n, -1022 ≤ n ≤ 1023. */
JC_INLINE double jci_power2(jc_i32 n) { return jc_f64_from((jc_u64)(n + 1023) << 52); }

/* ------------------------------------------------------------------ exp and log */

/* exp(r + k ln 2 / 64); v lies in [1, 2) or just outside. */
static jci_scaled jci_exp_part(jc_i32 k, jci_dd r) {
  jc_i32 j = k & 63;
  double x = r.hi;
  double q = r.lo + x * x * (0.5 + x * (1.0 / 6 + x * (1.0 / 24 + x * (1.0 / 120 + x * (1.0 / 720)))));
  jci_dd p = jci_two_sum(x, q);
  double th = jci_exp2_table[j][0], tl = jci_exp2_table[j][1];
  jci_dd t = jci_product(th, p.hi), s = jci_fast_sum(th, t.hi);
  jci_scaled e;
  e.v = jci_fast_sum(s.hi, s.lo + (t.lo + tl + th * p.lo + tl * p.hi));
  e.m = (k - j) / 64;
  return e;
}

static jci_scaled jci_exp_core(jci_dd x) {
  double k = jci_nearest(x.hi * 92.33248261893002);
  jci_dd r = jci_two_sum(x.hi - k * JCI_LN2_64_0, x.lo - k * JCI_LN2_64_1);
  return jci_exp_part((jc_i32)k, r);
}

/* v · 2^(m + by) with one rounding, into the subnormals too. */
static double jci_scale(jci_scaled e, jc_i32 by) {
  jci_dd v = e.v;
  jc_i32 m = e.m + by;
  if (m > 1023) return m > 1100 ? JCI_INF : (v.hi + v.lo) * jci_power2(1023) * jci_power2(m - 1023);
  if (m >= -1020) return (v.hi + v.lo) * jci_power2(m);
  if (m < -1080) return 0.0;
  /* Round at the last place of a subnormal by adding 1 while the exponent is 1022 higher. */
  double f = jc_f64_from((jc_u64)(m + 1022 + 1023) << 52), sign = v.hi < 0 ? -1.0 : 1.0;
  double h = v.hi * f, l = v.lo * f;
  if (jc_abs(h) >= 1.0) return (h + l) * jci_power2(-1022);
  double sum = sign + h;
  double rest = ((sign - sum) + h) + l;
  return ((sum + rest) - sign) * jci_power2(-1022);
}

static double jci_exp(double x) {
  if (x != x) return x;
  if (x > 709.79) return JCI_INF;
  if (x < -745.14) return 0.0;
  if (jc_abs(x) < 1e-17) return 1.0 + x;
  return jci_scale(jci_exp_core(jci_dd_of(x, 0)), 0);
}

static double jci_exp2(double x) {
  if (x != x) return x;
  if (x >= 1024) return JCI_INF;
  if (x < -1076) return 0.0;
  double k = jci_nearest(x * 64);
  jci_dd r = jci_mul(jci_dd_of(x - k / 64, 0), jci_dd_of(JCI_LN2_FULL_0, JCI_LN2_FULL_1));
  return jci_scale(jci_exp_part((jc_i32)k, r), 0);
}

/* log(x + xl), x > 0 and finite. */
static jci_dd jci_log_core(double x, double xl) {
  jc_u64 bits = jc_f64_bits(x);
  jc_i32 e = 0;
  if (bits >> 52 == 0) {
    bits = jc_f64_bits(x * 18014398509481984.0);
    e = -54;
  }
  jc_u32 i = (jc_u32)(bits >> 45) & 127;
  jc_i32 own = (jc_i32)(bits >> 52) - 1023;
  double z = jc_f64_from((bits & 0xfffffffffffffull) | 0x3ff0000000000000ull);
  double zl = xl == 0 ? 0 : xl * jci_power2(-own);
  e += own;
  if (i >= 53) {
    z *= 0.5;
    zl *= 0.5;
    e++;
  }
  double inverse = jci_log_table[i][0];
  jci_dd p = jci_product(z, inverse), r = jci_two_sum(p.hi - 1.0, p.lo + zl * inverse), s = jci_product(r.hi, r.hi);
  double x1 = r.hi;
  double cubic = s.hi * x1 * (1.0 / 3 - x1 * (1.0 / 4 - x1 * (1.0 / 5 - x1 * (1.0 / 6 - x1 * (1.0 / 7 - x1 * (1.0 / 8 - x1 * (1.0 / 9 - x1 * (1.0 / 10 - x1 * (1.0 / 11)))))))));
  jci_dd a = jci_two_sum(r.hi, -0.5 * s.hi);
  double low = a.lo + (r.lo + (-0.5 * s.lo - r.hi * r.lo) + cubic);
  jci_dd b = jci_two_sum(e * JCI_LN2_0, jci_log_table[i][1]), c = jci_two_sum(b.hi, a.hi);
  return jci_fast_sum(c.hi, c.lo + (b.lo + low + e * JCI_LN2_1 + jci_log_table[i][2]));
}

/* NaN, negative, zero and infinite arguments of the logarithms. */
static jc_bool jci_log_special(double x, double *result) {
  if (x > 0 && x < JCI_INF) return 0;
  *result = x == 0 ? -JCI_INF : x > 0 ? x : x != x ? x : JCI_NAN;
  return 1;
}

static double jci_log(double x) {
  double special;
  if (jci_log_special(x, &special)) return special;
  jci_dd r = jci_log_core(x, 0);
  return r.hi + r.lo;
}

static double jci_log_times(double x, double hi, double lo) {
  double special;
  if (jci_log_special(x, &special)) return special;
  jci_dd r = jci_mul(jci_log_core(x, 0), jci_dd_of(hi, lo));
  return r.hi + r.lo;
}

static double jci_log1p(double x) {
  double special;
  if (jc_abs(x) < 1e-17) return x;
  if (jci_log_special(1.0 + x, &special)) return special;
  jci_dd sum = jci_two_sum(1.0, x), r = jci_log_core(sum.hi, sum.lo);
  return r.hi + r.lo;
}

/* 0: not an integer, 1: odd, 2: even. */
static jc_i32 jci_parity(double y) {
  double a = jc_abs(y);
  if (a >= 9007199254740992.0) return 2;
  if (a != jc_trunc(a)) return 0;
  return ((jc_i64)a & 1) ? 1 : 2;
}

static double jci_pow(double x, double y) {
  if (y == 0 || x == 1) return 1.0;
  if (x != x || y != y) return x + y;
  double ax = jc_abs(x), ay = jc_abs(y);
  jc_i32 parity = jci_parity(y);
  jc_bool negative = (jc_f64_bits(x) >> 63) && parity == 1;
  double result;
  if (ay == JCI_INF) return ax == 1 ? 1.0 : (ax > 1) == (y > 0) ? JCI_INF : 0.0;
  if (ax == 0 || ax == JCI_INF) result = (ax == 0) == (y < 0) ? JCI_INF : 0.0;
  else if (x < 0 && parity == 0) return JCI_NAN;
  else if (ax == 1) result = 1.0;
  else if (ay > 1e20) result = (ax > 1) == (y > 0) ? JCI_INF : 0.0;
  else if (ay < 1e-20) result = 1.0;
  else {
    jci_dd log = jci_log_core(ax, 0), p = jci_product(y, log.hi);
    p = jci_fast_sum(p.hi, p.lo + y * log.lo);
    if (p.hi > 709.79) result = JCI_INF;
    else if (p.hi < -745.14) result = 0.0;
    else result = jci_scale(jci_exp_core(p), 0);
  }
  return negative ? -result : result;
}

static double jci_cbrt(double x) {
  if (x == 0 || x != x || jc_abs(x) == JCI_INF) return x;
  jci_dd third = jci_div(jci_log_core(jc_abs(x), 0), jci_dd_of(3.0, 0));
  return jc_copy_sign(jci_scale(jci_exp_core(third), 0), x);
}

/* exp(x) as a sum of two, |x| < 700. */
static jci_dd jci_exp_dd(double x) {
  jci_scaled e = jci_exp_core(jci_dd_of(x, 0));
  double f = jci_power2(e.m);
  return jci_dd_of(e.v.hi * f, e.v.lo * f);
}

static double jci_sinh(double x) {
  double a = jc_abs(x), s = x * x;
  if (x != x || a == JCI_INF) return x;
  if (a < 0.0078125) return x + x * s * (1.0 / 6 + s * (1.0 / 120 + s * (1.0 / 5040)));
  if (a > 711) return jc_copy_sign(JCI_INF, x);
  if (a > 40) return jc_copy_sign(jci_scale(jci_exp_core(jci_dd_of(a, 0)), -1), x);
  jci_dd r = jci_add(jci_exp_dd(a), jci_neg(jci_exp_dd(-a)));
  return jc_copy_sign(0.5 * (r.hi + r.lo), x);
}

static double jci_cosh(double x) {
  double a = jc_abs(x);
  if (x != x || a == JCI_INF) return a;
  if (a > 711) return JCI_INF;
  if (a > 40) return jci_scale(jci_exp_core(jci_dd_of(a, 0)), -1);
  jci_dd r = jci_add(jci_exp_dd(a), jci_exp_dd(-a));
  return 0.5 * (r.hi + r.lo);
}

static double jci_expm1(double x) {
  if (x != x) return x;
  if (x > 709.79) return JCI_INF;
  if (x < -50) return -1.0;
  if (jc_abs(x) < 1e-17) return x;
  if (jc_abs(x) < 0.0078125) {
    jci_dd s = jci_product(x, x), r = jci_two_sum(x, 0.5 * s.hi);
    return r.hi + (r.lo + 0.5 * s.lo + s.hi * x * (1.0 / 6 + x * (1.0 / 24 + x * (1.0 / 120 + x * (1.0 / 720 + x * (1.0 / 5040))))));
  }
  if (x > 690) return jci_scale(jci_exp_core(jci_dd_of(x, 0)), 0);
  jci_dd r = jci_add(jci_exp_dd(x), jci_dd_of(-1.0, 0));
  return r.hi + r.lo;
}

static double jci_tanh(double x) {
  double a = jc_abs(x), s = x * x;
  if (x != x || x == 0) return x;
  if (a < 0.0078125) return x + x * s * (-1.0 / 3 + s * (2.0 / 15 + s * (-17.0 / 315 + s * (62.0 / 2835))));
  if (a > 20) return jc_copy_sign(1.0, x);
  jci_dd e = jci_exp_dd(2 * a);
  jci_dd r = jci_div(jci_add(e, jci_dd_of(-1.0, 0)), jci_add(e, jci_dd_of(1.0, 0)));
  return jc_copy_sign(r.hi + r.lo, x);
}

/* ------------------------------------------------------------------ angles */

/* |x| ≥ 2^30: multiplies by as many digits of 2/pi as matter. Returns the remainder in [-pi/4, pi/4] and the quadrant. */
static jci_dd jci_reduce_large(double x, jc_u32 *quadrant) {
  jc_u64 bits = jc_f64_bits(x);
  jc_u64 m = (bits & 0xfffffffffffffull) | (1ull << 52);
  jc_i32 e = (jc_i32)(bits >> 52 & 0x7ff) - 1075;
  jc_i32 start = e > 2 ? e - 2 : 0;
  /* 192 digits from `start` on, then the product with m, 256 bits, least significant word first. */
  jc_u64 w[3], p[4] = { 0, 0, 0, 0 };
  for (jc_i32 i = 0; i < 3; i++) {
    jc_i32 word = start / 64 + i, shift = start % 64;
    w[2 - i] = shift ? jci_two_over_pi[word] << shift | jci_two_over_pi[word + 1] >> (64 - shift) : jci_two_over_pi[word];
  }
  jc_u64 carry = 0;
  for (jc_i32 i = 0; i < 3; i++) {
    jc_u64 low = m * w[i];
    p[i] = low + carry;
    carry = jc_mul_high(m, w[i]) + (p[i] < low);
  }
  p[3] = carry;
  /* The point stands behind bit 192 - (e - start); the two bits above it are the quadrant. Move them to the top. */
  jc_u32 up = (jc_u32)(62 + (e - start));
  if (up == 64) {
    p[3] = p[2];
    p[2] = p[1];
    p[1] = p[0];
    p[0] = 0;
  } else {
    for (jc_i32 i = 3; i > 0; i--) p[i] = p[i] << up | p[i - 1] >> (64 - up);
    p[0] <<= up;
  }
  jc_u32 n = (jc_u32)(p[3] >> 62);
  for (jc_i32 i = 3; i > 0; i--) p[i] = p[i] << 2 | p[i - 1] >> 62;
  p[0] <<= 2;
  jc_bool negative = p[3] >> 63;
  if (negative) {
    n++;
    jc_u64 borrow = 1;
    for (jc_i32 i = 0; i < 4; i++) {
      p[i] = ~p[i] + borrow;
      borrow = borrow && p[i] == 0;
    }
  }
  jc_i32 scale = 0;
  while (p[3] == 0 && scale < 192) {
    p[3] = p[2];
    p[2] = p[1];
    p[1] = p[0];
    p[0] = 0;
    scale += 64;
  }
  jc_u32 lead = jc_leading_zeros(p[3]);
  if (lead && lead < 64) {
    p[3] = p[3] << lead | p[2] >> (64 - lead);
    p[2] = p[2] << lead | p[1] >> (64 - lead);
  }
  jci_dd f = jci_two_sum((double)(p[3] >> 11) * 2048.0, (double)(((p[3] & 2047) << 42) | p[2] >> 22) * (1.0 / 4398046511104.0));
  double unit = jci_power2(-64 - scale - (jc_i32)lead);
  f = jci_mul(jci_dd_of(f.hi * unit, f.lo * unit), jci_dd_of(JCI_PIO2_0, JCI_PIO2_1));
  if (negative != (x < 0)) f = jci_neg(f);
  *quadrant = x < 0 ? (0 - n) & 3 : n & 3;
  return f;
}

static jci_dd jci_reduce(double x, jc_u32 *quadrant) {
  double a = jc_abs(x);
  if (a <= 0.7853981633974483) {
    *quadrant = 0;
    return jci_dd_of(x, 0);
  }
  if (a >= 1073741824.0) return jci_reduce_large(x, quadrant);
  double k = jci_nearest(x * JCI_TWO_OVER_PI_0);
  jci_dd first = jci_product(k, JCI_PIO2_0), second = jci_product(k, JCI_PIO2_1);
  jci_dd t = jci_two_sum(x, -first.hi), u = jci_two_sum(t.hi, -first.lo), v = jci_two_sum(u.hi, -second.hi);
  *quadrant = (jc_u32)(jc_i64)k & 3;
  return jci_fast_sum(v.hi, t.lo + u.lo + v.lo - second.lo - k * JCI_PIO2_2);
}

/* |r| ≤ pi/4 and a little. Taylor series. */
static jci_dd jci_sin_part(jci_dd r) {
  double x = r.hi;
  jci_dd s = jci_product(x, x), cube = jci_mul(jci_mul(jci_dd_of(x, 0), s), jci_dd_of(JCI_SIXTH_0, JCI_SIXTH_1));
  double q = s.hi, t = x * q * q * (1.0 / 120 + q * (-1.0 / 5040 + q * (1.0 / 362880 + q * (-1.0 / 39916800 + q * (1.0 / 6227020800.0 +
    q * (-1.0 / 1307674368000.0 + q * (1.0 / 355687428096000.0)))))));
  jci_dd sum = jci_two_sum(x, -cube.hi);
  return jci_fast_sum(sum.hi, sum.lo + (t - cube.lo + r.lo * (1 - 0.5 * q)));
}

static jci_dd jci_cos_part(jci_dd r) {
  jci_dd s = jci_product(r.hi, r.hi), w = jci_two_sum(1.0, -0.5 * s.hi);
  double x = s.hi;
  double t = x * x * (1.0 / 24 + x * (-1.0 / 720 + x * (1.0 / 40320 + x * (-1.0 / 3628800 + x * (1.0 / 479001600 + x * (-1.0 / 87178291200.0 +
    x * (1.0 / 20922789888000.0 + x * (-1.0 / 6402373705728000.0))))))));
  return jci_fast_sum(w.hi, w.lo + (t - (0.5 * s.lo + r.hi * r.lo)));
}

/* sin(x + shift · pi/2). */
static double jci_sine(double x, jc_u32 shift) {
  jc_u32 n;
  if (!(jc_abs(x) < JCI_INF)) return JCI_NAN;
  if (jc_abs(x) < 1e-9 && shift == 0) return x == 0 ? x : x - x * x * x / 6;
  jci_dd r = jci_reduce(x, &n);
  n += shift;
  jci_dd v = (n & 1) ? jci_cos_part(r) : jci_sin_part(r);
  return (n & 2) ? -(v.hi + v.lo) : v.hi + v.lo;
}

static double jci_tan(double x) {
  jc_u32 n;
  if (!(jc_abs(x) < JCI_INF)) return JCI_NAN;
  if (jc_abs(x) < 1e-9) return x + x * x * x / 3;
  jci_dd r = jci_reduce(x, &n), s = jci_sin_part(r), c = jci_cos_part(r);
  jci_dd q = (n & 1) ? jci_neg(jci_div(c, s)) : jci_div(s, c);
  return q.hi + q.lo;
}

/* atan(q), 0 ≤ q ≤ 1. */
static jci_dd jci_atan_part(jci_dd q) {
  jc_i32 i = (jc_i32)(q.hi * 16 + 0.5);
  jci_dd t = q;
  if (i != 0) {
    double c = i * 0.0625;
    jci_dd n = jci_two_sum(q.hi, -c), d = jci_product(c, q.hi), sum = jci_two_sum(1.0, d.hi);
    n = jci_fast_sum(n.hi, n.lo + q.lo);
    t = jci_div(n, jci_fast_sum(sum.hi, sum.lo + d.lo + c * q.lo));
  }
  double s = t.hi * t.hi;
  double p = t.hi * s * (-1.0 / 3 + s * (1.0 / 5 + s * (-1.0 / 7 + s * (1.0 / 9 + s * (-1.0 / 11 + s * (1.0 / 13))))));
  jci_dd r = jci_two_sum(jci_atan_table[i][0], t.hi);
  return jci_fast_sum(r.hi, r.lo + (t.lo + p + jci_atan_table[i][1]));
}

/* The angle of (x, y), both not negative, finite, not both 0; sums of two. */
static jci_dd jci_angle(jci_dd y, jci_dd x) {
  if (y.hi <= x.hi) return jci_atan_part(jci_div(y, x));
  jci_dd r = jci_atan_part(jci_div(x, y));
  return jci_add(jci_dd_of(JCI_PIO2_0, JCI_PIO2_1), jci_neg(r));
}

static double jci_atan(double x) {
  double a = jc_abs(x);
  if (x != x || x == 0) return x;
  if (a < 1e-9) return x - x * x * x / 3;
  if (a > 1e17) return jc_copy_sign(JCI_PIO2_0, x);
  jci_dd r = jci_angle(jci_dd_of(a, 0), jci_dd_of(1.0, 0));
  return jc_copy_sign(r.hi + r.lo, x);
}

static jci_dd jci_other_leg(double x) {
  jci_dd a = jci_two_sum(1.0, x), b = jci_two_sum(1.0, -x);
  return jci_sqrt_dd(jci_mul(a, b));
}

static double jci_asin(double x) {
  double a = jc_abs(x);
  if (!(a <= 1)) return JCI_NAN;
  if (a < 1e-9) return x + x * x * x / 6;
  jci_dd r = jci_angle(jci_dd_of(a, 0), jci_other_leg(a));
  return jc_copy_sign(r.hi + r.lo, x);
}

static double jci_acos(double x) {
  double a = jc_abs(x);
  if (!(a <= 1)) return JCI_NAN;
  jci_dd r = jci_angle(jci_other_leg(a), jci_dd_of(a, 0));
  if (x < 0) r = jci_add(jci_dd_of(JCI_PI_0, JCI_PI_1), jci_neg(r));
  return r.hi + r.lo;
}

static double jci_atan2(double y, double x) {
  double ay = jc_abs(y), ax = jc_abs(x);
  jc_bool left = jc_f64_bits(x) >> 63;
  double result;
  if (x != x || y != y) return x + y;
  if (ay == 0) result = left ? JCI_PI_0 : 0.0;
  else if (ax == 0) result = JCI_PIO2_0;
  else if (ax == JCI_INF || ay == JCI_INF) result = ax != ay ? (ax < ay ? JCI_PIO2_0 : left ? JCI_PI_0 : 0.0) : left ? 3 * 0.7853981633974483 : 0.7853981633974483;
  else {
    jc_i32 ex = (jc_i32)(jc_f64_bits(ax) >> 52), ey = (jc_i32)(jc_f64_bits(ay) >> 52);
    if (ey - ex > 64) result = JCI_PIO2_0;
    else if (ex - ey > 64 && left) result = JCI_PI_0;
    else if (ex - ey > 64) result = ay / ax;
    else {
      /* Into the middle of the range, where products of errors neither overflow nor vanish. */
      jc_i32 most = ex > ey ? ex : ey;
      double f = most > 1023 ? jci_power2(-600) : jci_power2(600);
      jci_dd r = jci_angle(jci_dd_of(ay * f, 0), jci_dd_of(ax * f, 0));
      if (left) r = jci_add(jci_dd_of(JCI_PI_0, JCI_PI_1), jci_neg(r));
      result = r.hi + r.lo;
    }
  }
  return jc_copy_sign(result, y);
}

static double jci_hypot(double x, double y) {
  double a = jc_abs(x), b = jc_abs(y);
  if (a == JCI_INF || b == JCI_INF) return JCI_INF;
  if (x != x || y != y) return x + y;
  if (a < b) {
    double t = a;
    a = b;
    b = t;
  }
  if (b <= a * 1e-17) return a + b;
  double f = 1, back = 1;
  if (a > 1e150) {
    f = jci_power2(-600);
    back = jci_power2(600);
  } else if (b < 1e-150) {
    f = jci_power2(600);
    back = jci_power2(-600);
  }
  a *= f;
  b *= f;
  jci_dd s = jci_sqrt_dd(jci_add(jci_product(a, a), jci_product(b, b)));
  return (s.hi + s.lo) * back;
}

/* Long division of the significands, exact. */
static double jci_fmod(double x, double y) {
  jc_u64 ux = jc_f64_bits(x) & 0x7fffffffffffffffull, uy = jc_f64_bits(y) & 0x7fffffffffffffffull;
  if (ux >= 0x7ff0000000000000ull || uy > 0x7ff0000000000000ull || uy == 0) return JCI_NAN;
  if (ux < uy) return x;
  jc_i32 ex = (jc_i32)(ux >> 52), ey = (jc_i32)(uy >> 52);
  jc_u64 mx = ux & 0xfffffffffffffull, my = uy & 0xfffffffffffffull;
  if (ex) mx |= 1ull << 52;
  else ex = 1;
  if (ey) my |= 1ull << 52;
  else ey = 1;
  mx %= my;
  while (ex > ey && mx) {
    /* Up to 11 places at once: mx < my < 2^53. */
    jc_i32 step = ex - ey < 11 ? ex - ey : 11;
    mx = (mx << step) % my;
    ex -= step;
  }
  if (mx == 0) return jc_copy_sign(0.0, x);
  jc_i32 up = (jc_i32)jc_leading_zeros(mx) - 11;
  if (up > ey - 1) up = ey - 1;
  mx <<= up;
  ey -= up;
  return jc_copy_sign(jc_f64_from((mx >> 52 ? (jc_u64)ey << 52 : 0) | (mx & 0xfffffffffffffull)), x);
}

jc_f64 jc_math1(jc_u32 op, jc_f64 x) {
  switch (op) {
    case 0: return jci_sine(x, 0);
    case 1: return jci_sine(x, 1);
    case 2: return jci_tan(x);
    case 3: return jci_asin(x);
    case 4: return jci_acos(x);
    case 5: return jci_atan(x);
    case 6: return jci_exp(x);
    case 7: return jci_exp2(x);
    case 8: return jci_log(x);
    case 9: return jci_log_times(x, JCI_INV_LN2_0, JCI_INV_LN2_1);
    case 10: return jci_log_times(x, JCI_INV_LN10_0, JCI_INV_LN10_1);
    case 11: return jci_cbrt(x);
    case 12: return jci_sinh(x);
    case 13: return jci_cosh(x);
    case 14: return jci_tanh(x);
    case 15: return jci_expm1(x);
    case 16: return jci_log1p(x);
    default: return JCI_NAN;
  }
}

jc_f64 jc_math2(jc_u32 op, jc_f64 x, jc_f64 y) {
  switch (op) {
    case 0: return jci_atan2(x, y);
    case 1: return jci_pow(x, y);
    case 2: return jci_hypot(x, y);
    case 3: return jci_fmod(x, y);
    default: return JCI_NAN;
  }
}
