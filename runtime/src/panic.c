/*
 * Panics: the record of message and place, the words of the panics that compiled code itself raises, reports.
 * Holds: a stack of records; the top one is in flight or being caught. The words are those of src/mir/panic-messages.ts, which the
 * corpus compares. Everything here is cold.
 */
#include "internal.h"

typedef struct jci_text {
  jc_usize len;
  jc_u8 bytes[200];
} jci_text;

static void jci_put(jci_text *t, const char *s) {
  while (*s && t->len < sizeof t->bytes) t->bytes[t->len++] = (jc_u8)*s++;
}

static void jci_put_u64(jci_text *t, jc_u64 v) {
  char digits[24];
  jc_usize n = sizeof digits;
  digits[--n] = 0;
  do digits[--n] = (char)('0' + v % 10);
  while ((v /= 10) != 0);
  jci_put(t, digits + n);
}

/* By the sign of its type. */
static void jci_put_int(jci_text *t, jc_u32 type, jc_u64 v) {
  if (type <= JC_T_isize && (jc_i64)v < 0) {
    jci_put(t, "-");
    v = 0 - v;
  }
  jci_put_u64(t, v);
}

static const char *const jci_type_names[] = { "Int8", "Int16", "Int32", "Int64", "isize", "UInt8", "UInt16", "UInt32", "UInt64", "usize", "Float32", "Float64", "Bool", "Rune" };
static const jc_u8 jci_type_bits[] = { 8, 16, 32, 64, 64, 8, 16, 32, 64, 64, 32, 64, 8, 32 };

void jc_panic_text(const jc_u8 *text, jc_usize len, const jc_loc *place) {
  jc_panic *p = jc_alloc(sizeof *p, 8);
  p->below = jc_core.panic;
  p->place = *place;
  p->len = len;
  p->text = jc_alloc(len, 1);
  memcpy(p->text, text, len);
  jc_core.panic = p;
  jc_core.panicking = 1;
}

static void jci_raise(const jci_text *t, const jc_loc *place) { jc_panic_text(t->bytes, t->len, place); }

void jc_panic_pop(void) {
  jc_panic *p = jc_core.panic;
  jc_core.panic = p->below;
  jc_free(p->text, p->len, 1);
  jc_free(p, sizeof *p, 8);
}

jc_usize jc_panics(void) {
  jc_usize n = 0;
  for (const jc_panic *p = jc_core.panic; p; p = p->below) n++;
  return n;
}

jc_u8 *jc_panic_message_ptr(void) { return jc_core.panic->text; }
jc_usize jc_panic_message_len(void) { return jc_core.panic->len; }
jc_u8 *jc_panic_file_ptr(void) { return (jc_u8 *)jc_core.panic->place.file; }
jc_usize jc_panic_file_len(void) { return jc_cstr_len(jc_core.panic->place.file); }
jc_u32 jc_panic_line(void) { return jc_core.panic->place.line; }
jc_u32 jc_panic_column(void) { return jc_core.panic->place.column; }

void jci_panic_report(void) {
  jc_panic *p = jc_core.panic;
  jci_text t = { 0, { 0 } };
  jci_err_text("panic: ");
  jc_err_write(p->text, p->len);
  jci_err_text("\n  at ");
  jci_err_text(p->place.file);
  jci_put(&t, ":");
  jci_put_u64(&t, p->place.line);
  jci_put(&t, ":");
  jci_put_u64(&t, p->place.column);
  jci_put(&t, "\n");
  jc_err_write(t.bytes, t.len);
}

void jc_panic_in_cleanup(void) {
  jci_panic_report();
  jc_fatal("a panic left a destructor while another panic was unwinding");
}

void jc_panic_binary(jc_u32 type, jc_u32 op, jc_u64 left, jc_u64 right, const jc_loc *place) {
  jci_text t = { 0, { 0 } };
  char sign[4] = { ' ', (char)op, ' ', 0 };
  if ((op == '/' || op == '%') && right == 0) {
    jci_put(&t, "division by zero: ");
  } else {
    jci_put(&t, jci_type_names[type]);
    jci_put(&t, " overflow: ");
  }
  jci_put_int(&t, type, left);
  jci_put(&t, sign);
  jci_put_int(&t, type, right);
  jci_raise(&t, place);
}

void jc_panic_neg(jc_u32 type, jc_u64 value, const jc_loc *place) {
  jci_text t = { 0, { 0 } };
  jci_put(&t, jci_type_names[type]);
  jci_put(&t, " overflow: -(");
  jci_put_int(&t, type, value);
  jci_put(&t, ")");
  jci_raise(&t, place);
}

void jc_panic_shift(jc_u32 type, jc_u32 amount_type, jc_u64 amount, const jc_loc *place) {
  jci_text t = { 0, { 0 } };
  jci_put(&t, "shift by ");
  jci_put_int(&t, amount_type, amount);
  jci_put(&t, " of a ");
  jci_put_u64(&t, jci_type_bits[type]);
  jci_put(&t, "-bit ");
  jci_put(&t, jci_type_names[type]);
  jci_raise(&t, place);
}

void jc_panic_index(jc_u64 index, jc_u64 length, const jc_loc *place) {
  jci_text t = { 0, { 0 } };
  jci_put(&t, "index ");
  jci_put_u64(&t, index);
  jci_put(&t, " is out of bounds: the length is ");
  jci_put_u64(&t, length);
  jci_raise(&t, place);
}

void jc_panic_convert(jc_u32 from, jc_u64 value, jc_u32 to, const jc_loc *place) {
  jci_text t = { 0, { 0 } };
  jci_put_int(&t, from, value);
  jci_put(&t, " does not fit ");
  jci_put(&t, jci_type_names[to]);
  jci_raise(&t, place);
}

/*
 * The value as `%.6g` writes it, exactly: the 53-bit significand times 2^e as a decimal number in a long array, rounded half to even
 * at the sixth digit (ties can only be exact ones).
 */
static void jci_put_g6(jci_text *t, jc_f64 value) {
  jc_u64 bits = jc_f64_bits(value);
  jc_u32 biased = (jc_u32)(bits >> 52) & 0x7ff;
  jc_u64 significand = bits & 0xfffffffffffffull;
  if (biased == 0x7ff) {
    jci_put(t, significand ? "NaN" : (bits >> 63) ? "-inf" : "inf");
    return;
  }
  if (bits >> 63) jci_put(t, "-");
  if (biased == 0 && significand == 0) {
    jci_put(t, "0");
    return;
  }
  if (biased) significand |= 1ull << 52;
  jc_i32 exponent = (biased ? (jc_i32)biased : 1) - 1075;
  /* Decimal digits, least significant first; `point` of them stand behind the point. */
  static jc_u8 digits[1200];
  jc_usize count = 0;
  jc_i32 point = 0;
  for (; significand; significand /= 10) digits[count++] = (jc_u8)(significand % 10);
  for (; exponent > 0; exponent--) {
    jc_u32 carry = 0;
    for (jc_usize i = 0; i < count; i++) {
      carry += 2u * digits[i];
      digits[i] = (jc_u8)(carry % 10);
      carry /= 10;
    }
    if (carry) digits[count++] = (jc_u8)carry;
  }
  /* Halving is times five, one place further behind the point. */
  for (; exponent < 0; exponent++) {
    jc_u32 carry = 0;
    for (jc_usize i = 0; i < count; i++) {
      carry += 5u * digits[i];
      digits[i] = (jc_u8)(carry % 10);
      carry /= 10;
    }
    if (carry) digits[count++] = (jc_u8)carry;
    point++;
  }
  jc_i32 scale = (jc_i32)count - 1 - point;
  jc_u8 six[7] = { 0 };
  for (jc_usize i = 0; i < 6 && i < count; i++) six[i] = digits[count - 1 - i];
  if (count > 6) {
    jc_usize next = count - 7;
    jc_bool rest = 0;
    for (jc_usize i = 0; i < next; i++) rest |= digits[i] != 0;
    if (digits[next] > 5 || (digits[next] == 5 && (rest || (six[5] & 1)))) {
      jc_i32 i = 5;
      while (i >= 0 && six[i] == 9) six[i--] = 0;
      if (i >= 0) six[i]++;
      else {
        six[0] = 1;
        scale++;
      }
    }
  }
  jc_i32 last = 5;
  while (last > 0 && six[last] == 0) last--;
  char out[40];
  jc_usize n = 0;
  if (scale < -4 || scale >= 6) {
    out[n++] = (char)('0' + six[0]);
    if (last > 0) out[n++] = '.';
    for (jc_i32 i = 1; i <= last; i++) out[n++] = (char)('0' + six[i]);
    out[n++] = 'e';
    out[n++] = scale < 0 ? '-' : '+';
    jc_u32 magnitude = (jc_u32)(scale < 0 ? -scale : scale);
    if (magnitude >= 100) out[n++] = (char)('0' + magnitude / 100);
    out[n++] = (char)('0' + magnitude / 10 % 10);
    out[n++] = (char)('0' + magnitude % 10);
  } else if (scale < 0) {
    out[n++] = '0';
    out[n++] = '.';
    for (jc_i32 i = -1; i > scale; i--) out[n++] = '0';
    for (jc_i32 i = 0; i <= last; i++) out[n++] = (char)('0' + six[i]);
  } else {
    for (jc_i32 i = 0; i <= scale || i <= last; i++) {
      if (i == scale + 1) out[n++] = '.';
      out[n++] = (char)('0' + six[i]);
    }
  }
  out[n] = 0;
  jci_put(t, out);
}

void jc_panic_convert_float(jc_f64 value, jc_u32 to, const jc_loc *place) {
  jci_text t = { 0, { 0 } };
  jci_put_g6(&t, value);
  jci_put(&t, " does not fit ");
  jci_put(&t, jci_type_names[to]);
  jci_raise(&t, place);
}
