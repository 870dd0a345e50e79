/*
 * The natives of docs/spec/core-surface.md that std calls for files, clocks and randomness, over the system layer.
 * Paths come with a length and without NUL; they are copied to the stack.
 */
#include "internal.h"

/* Copies a path; false where it is too long or holds a NUL. */
static jc_bool jci_path(char *out, const jc_u8 *path, jc_usize n) {
  if (n >= JCI_PATH_MAX || jc_find_byte(path, 0, n) < n) return 0;
  memcpy(out, path, n);
  out[n] = 0;
  return 1;
}
#define WITH_PATH(expr) \
  char c_path[JCI_PATH_MAX]; \
  if (!jci_path(c_path, path, n)) return -JCI_ENAMETOOLONG; \
  return (expr)

jc_isize jc_os_write(jc_i32 fd, jc_u8 *p, jc_usize n) { return jci_sys_write(fd, p, n); }
jc_isize jc_os_read(jc_i32 fd, jc_u8 *p, jc_usize n) { return jci_sys_read(fd, p, n); }
jc_isize jc_os_open(jc_u8 *path, jc_usize n, jc_i32 flags, jc_i32 mode) { WITH_PATH(jci_sys_open(c_path, flags & 63, mode)); }
jc_isize jc_os_close(jc_i32 fd) { return jci_sys_close(fd); }
jc_isize jc_os_size(jc_i32 fd) {
  jc_i64 facts[3];
  return jci_sys_stat(0, fd, facts) == 0 && facts[0] == 0 ? (jc_isize)facts[1] : -1;
}
jc_isize jc_os_stat(jc_u8 *path, jc_usize n, jc_i64 *out) { WITH_PATH(jci_sys_stat(c_path, 0, out)); }
jc_isize jc_os_remove(jc_u8 *path, jc_usize n) { WITH_PATH(jci_sys_unlink(c_path)); }
jc_isize jc_os_mkdir(jc_u8 *path, jc_usize n) { WITH_PATH(jci_sys_mkdir(c_path)); }
jc_isize jc_os_rmdir(jc_u8 *path, jc_usize n) { WITH_PATH(jci_sys_rmdir(c_path)); }
jc_isize jc_os_rename(jc_u8 *path, jc_usize n, jc_u8 *to, jc_usize m) {
  char c_to[JCI_PATH_MAX];
  if (!jci_path(c_to, to, m)) return -JCI_ENAMETOOLONG;
  WITH_PATH(jci_sys_rename(c_path, c_to));
}

/* The names of a directory as pointers into one growing text, for sorting. */
typedef struct jci_names {
  jc_u8 *text;
  jc_usize len, cap, count;
} jci_names;

static void jci_add_name(void *state, const char *name) {
  jci_names *names = state;
  jc_usize n = jc_cstr_len(name) + 1;
  if (names->len + n > names->cap) {
    jc_usize cap = (names->cap + n) * 2;
    names->text = jc_realloc(names->text, names->cap, cap, 1);
    names->cap = cap;
  }
  memcpy(names->text + names->len, name, n);
  names->len += n;
  names->count++;
}

static jc_i32 jci_compare_names(const jc_u8 *a, const jc_u8 *b) {
  while (*a && *a == *b) {
    a++;
    b++;
  }
  return (jc_i32)*a - (jc_i32)*b;
}

/* Heap sort: no recursion, no second buffer. */
static void jci_sort_names(jc_u8 **v, jc_usize n) {
  for (jc_usize half = n / 2, end = n; end > 1;) {
    jc_u8 *x;
    if (half > 0) {
      x = v[--half];
    } else {
      x = v[--end];
      v[end] = v[0];
    }
    jc_usize i = half;
    for (jc_usize child; (child = 2 * i + 1) < end; i = child) {
      if (child + 1 < end && jci_compare_names(v[child], v[child + 1]) < 0) child++;
      if (jci_compare_names(x, v[child]) >= 0) break;
      v[i] = v[child];
    }
    v[i] = x;
  }
}

jc_isize jc_os_listdir(jc_u8 *path, jc_usize n, jc_u8 *buf, jc_usize cap) {
  char c_path[JCI_PATH_MAX];
  jci_names names = { JC_DANGLING(1), 0, 0, 0 };
  if (!jci_path(c_path, path, n)) return -JCI_ENAMETOOLONG;
  jc_isize result = jci_sys_list(c_path, jci_add_name, &names);
  if (result >= 0) {
    result = (jc_isize)names.len;
    if (names.len <= cap) {
      jc_u8 **order = jc_alloc(names.count * sizeof *order, 8);
      jc_usize at = 0;
      for (jc_usize i = 0; i < names.count; i++) {
        order[i] = names.text + at;
        at += jc_cstr_len((char *)order[i]) + 1;
      }
      jci_sort_names(order, names.count);
      for (jc_usize i = 0; i < names.count; i++) {
        jc_usize len = jc_cstr_len((char *)order[i]) + 1;
        memcpy(buf, order[i], len);
        buf += len;
      }
      jc_free(order, names.count * sizeof *order, 8);
    }
  }
  jc_free(names.text, names.cap, 1);
  return result;
}

jc_i64 jc_os_now(void) { return jci_sys_clock(0); }
jc_i64 jc_os_monotonic(void) { return jci_sys_clock(1); }
void jc_os_sleep(jc_i64 ns) {
  jc_out_flush();
  jci_sys_sleep(ns);
}
void jc_os_random(jc_u8 *p, jc_usize n) {
  while (n > 0) {
    jc_isize got = jci_sys_random(p, n);
    if (got == -JCI_EINTR) continue;
    if (got < 0) jc_fatal("the system gives no random bytes");
    p += got;
    n -= (jc_usize)got;
  }
}
jc_isize jc_os_cwd(jc_u8 *buf, jc_usize cap) { return jci_sys_cwd((char *)buf, cap); }
jc_bool jc_os_isatty(jc_i32 fd) { return jci_sys_isatty(fd) != 0; }
