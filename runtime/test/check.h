/* A test is a program that returns 0; what fails is printed with its line. */
#ifndef CHECK_H
#define CHECK_H
#include "jc.h"
static int failures;
static void check_failed(const char *text, int line) {
  char digits[12];
  int n = 11;
  digits[n] = 0;
  do digits[--n] = (char)('0' + line % 10);
  while ((line /= 10) != 0);
  jc_err_write((jc_u8 *)(digits + n), jc_cstr_len(digits + n));
  jc_err_write((jc_u8 *)": ", 2);
  jc_err_write((jc_u8 *)text, jc_cstr_len(text));
  jc_err_write((jc_u8 *)"\n", 1);
  if (++failures > 20) jc_os_exit(1);
}
#define CHECK(c) ((c) ? (void)0 : check_failed(#c, __LINE__))
static jc_u64 check_state = 88172645463325252ull;
static jc_u64 check_random(void) {
  check_state ^= check_state << 13;
  check_state ^= check_state >> 7;
  return check_state ^= check_state << 17;
}
#endif
