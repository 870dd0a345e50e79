/* The elementary functions against the C library's long double ones: the error stays below 0.6 units in the last place. Needs JC_LIBC. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "check.h"

static double uniform(double lo, double hi) { return lo + (hi - lo) * (double)(check_random() >> 11) / 9007199254740992.0; }
static double logarithmic(double lo, double hi) { return (check_random() & 1 ? 1 : -1) * exp2(uniform(lo, hi)); }

static double ulps(double got, long double want) {
  double w = (double)want;
  if (isnan(got) || isinf(got) || isinf(w)) return got == w || (isnan(got) && isnan(w)) ? 0 : 1e9;
  double unit = fabs(nextafter(w, INFINITY) - w);
  if (w == 0) unit = 5e-324;
  return (double)(fabsl(got - want) / unit);
}

#define RUN(op, name, function, gen) \
  do { \
    double worst = 0, at = 0; \
    for (int i = 0; i < 30000; i++) { \
      double x = gen, e = ulps(jc_math1(op, x), function((long double)x)); \
      if (e > worst) worst = e, at = x; \
    } \
    if (worst > 0.6) printf("%s: %.3f units at %.17g\n", name, worst, at), failures++; \
  } while (0)
#define RUN2(op, name, function, genx, geny) \
  do { \
    double worst = 0, ax = 0, ay = 0; \
    for (int i = 0; i < 30000; i++) { \
      double x = genx, y = geny, e = ulps(jc_math2(op, x, y), function((long double)x, (long double)y)); \
      if (e > worst) worst = e, ax = x, ay = y; \
    } \
    if (worst > 0.6) printf("%s: %.3f units at %.17g, %.17g\n", name, worst, ax, ay), failures++; \
  } while (0)

/* Every special case gives what libm gives, NaN for NaN, with the sign of zero. */
static void special(void) {
  const double v[] = { 0.0, -0.0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, INFINITY, -INFINITY, NAN, 1e300, -1e300, 1e-310, -1e-310, 4503599627370497.0, 9007199254740993.0, 709.9, -745.2, -746 };
  double (*const one[])(double) = { sin, cos, tan, asin, acos, atan, exp, exp2, log, log2, log10, cbrt, sinh, cosh, tanh, expm1, log1p };
  double (*const two[])(double, double) = { atan2, pow, hypot, fmod };
  for (unsigned i = 0; i < sizeof v / sizeof *v; i++) {
    for (unsigned op = 0; op < 17; op++) {
      double got = jc_math1(op, v[i]), want = one[op](v[i]);
      int fits = isnan(want) ? isnan(got) : got == want ? signbit(got) == signbit(want) : fabs(got - want) <= fabs(want) * 3e-16;
      if (!fits) printf("math1(%u, %g): %.17g, libm %.17g\n", op, v[i], got, want), failures++;
    }
    for (unsigned j = 0; j < sizeof v / sizeof *v; j++)
      for (unsigned op = 0; op < 4; op++) {
        double got = jc_math2(op, v[i], v[j]), want = two[op](v[i], v[j]);
        int fits = isnan(want) ? isnan(got) : got == want ? signbit(got) == signbit(want) : fabs(got - want) <= fabs(want) * 3e-16;
        if (!fits) printf("math2(%u, %g, %g): %.17g, libm %.17g\n", op, v[i], v[j], got, want), failures++;
      }
  }
}

static double any_double(void) { return jc_f64_from(check_random()); }

static void roundings(void) {
  for (int i = 0; i < 200000; i++) {
    double x = i & 1 ? any_double() : uniform(-10, 10), y = any_double(), z = any_double();
    if (i % 4 == 0) x = floor(x * 2) / 2;
    CHECK(isnan(x) || (jc_floor(x) == floor(x) && jc_ceil(x) == ceil(x) && jc_trunc(x) == trunc(x) && jc_round_even(x) == rint(x)));
    CHECK(isnan(x) || signbit(jc_ceil(x)) == signbit(ceil(x)));
    CHECK(isnan(x) || signbit(jc_round_even(x)) == signbit(rint(x)));
    if (i % 3) {
      y = logarithmic(-3, 3);
      x = logarithmic(-3, 3);
      z = i % 3 == 1 ? logarithmic(-60, 3) : -x * y;
    }
    double got = jc_fma(x, y, z), want = fma(x, y, z);
    CHECK(got == want || (isnan(got) && isnan(want)));
    double m = jc_math2(3, x, z), n = fmod(x, z);
    CHECK(m == n || (isnan(m) && isnan(n)));
  }
}

/* `%.6g` of the conversion panic, through the message. */
static void messages(void) {
  static const jc_loc place = { "f", 1, 1 };
  for (int i = 0; i < 3000; i++) {
    double x = i & 1 ? any_double() : i & 2 ? logarithmic(-20, 30) : floor(uniform(-1e7, 1e7)) / 4;
    char want[64], got[64];
    if (isnan(x)) continue;
    snprintf(want, sizeof want, "%.6g does not fit UInt8", x);
    jc_panic_convert_float(x, JC_T_u8, &place);
    snprintf(got, sizeof got, "%.*s", (int)jc_panic_message_len(), jc_panic_message_ptr());
    jc_panic_pop();
    jc_core.panicking = 0;
    if (strcmp(want, got) != 0) printf("%s, not %s\n", got, want), failures++;
  }
}

jc_i32 jc_program(void) {
  RUN(0, "sin", sinl, check_random() & 1 ? uniform(-10, 10) : logarithmic(-40, 20));
  RUN(1, "cos", cosl, check_random() & 1 ? uniform(-10, 10) : logarithmic(-40, 20));
  RUN(2, "tan", tanl, check_random() & 1 ? uniform(-10, 10) : logarithmic(-40, 20));
  RUN(0, "large sin", sinl, logarithmic(30, 62));
  RUN(3, "asin", asinl, uniform(-1, 1));
  RUN(4, "acos", acosl, uniform(-1, 1));
  RUN(5, "atan", atanl, logarithmic(-40, 40));
  RUN(6, "exp", expl, uniform(-745, 709));
  RUN(7, "exp2", exp2l, uniform(-1074, 1023));
  RUN(8, "log", logl, fabs(logarithmic(-1074, 1023)));
  RUN(8, "log near 1", logl, 1 + logarithmic(-50, -1));
  RUN(9, "log2", log2l, fabs(logarithmic(-1074, 1023)));
  RUN(10, "log10", log10l, fabs(logarithmic(-1074, 1023)));
  RUN(11, "cbrt", cbrtl, logarithmic(-1000, 1000));
  RUN(12, "sinh", sinhl, check_random() & 1 ? uniform(-710, 710) : logarithmic(-40, 3));
  RUN(13, "cosh", coshl, uniform(-710, 710));
  RUN(14, "tanh", tanhl, logarithmic(-40, 4));
  RUN(15, "expm1", expm1l, check_random() & 1 ? uniform(-50, 700) : logarithmic(-40, 3));
  RUN(16, "log1p", log1pl, check_random() & 1 ? uniform(-1, 10) : logarithmic(-40, -0.1));
  RUN2(0, "atan2", atan2l, logarithmic(-30, 30), logarithmic(-30, 30));
  RUN2(1, "pow", powl, uniform(0.1, 10), uniform(-250, 250));
  RUN2(2, "hypot", hypotl, logarithmic(-10, 10), logarithmic(-10, 10));
  special();
  roundings();
  messages();
  return failures != 0;
}
