/*
 * The state of a core, the start and the end of the process, arguments, environment, the output buffer, the hash key.
 * Holds: a 64 KiB buffer of standard output (by line on a terminal), flushed at exit, before standard error is written and before a report.
 */
#include "internal.h"

JC_TLS jc_core_state jc_core;

static jc_isize jci_argc;
static char **jci_argv;
static char **jci_envp;

enum { JCI_OUT_CAP = 65536 };
static jc_u8 jci_out[JCI_OUT_CAP];
static jc_usize jci_out_len;
/* -1 until the first write asks. */
static jc_i32 jci_out_tty = -1;

jc_usize jc_cstr_len(const char *s) {
  jc_usize n = 0;
  while (s[n]) n++;
  return n;
}

/* Writes all. A closed pipe ends the process; another failure is reported once, by the exit code 1. */
static void jci_out_raw(const jc_u8 *p, jc_usize n) {
  while (n > 0) {
    jc_isize done = jci_sys_write(1, p, n);
    if (done == -JCI_EPIPE) jci_sys_exit(141);
    if (done < 0) {
      jci_out_len = 0;
      jci_err_text("fatal: cannot write to standard output\n");
      jci_sys_exit(1);
    }
    p += done;
    n -= (jc_usize)done;
  }
}

void jc_out_flush(void) {
  jc_usize n = jci_out_len;
  jci_out_len = 0;
  jci_out_raw(jci_out, n);
}

static void jci_out_now(const jc_u8 *p, jc_usize n) {
  if (n > JCI_OUT_CAP - jci_out_len) {
    jc_out_flush();
    if (n >= JCI_OUT_CAP) {
      jci_out_raw(p, n);
      return;
    }
  }
  memcpy(jci_out + jci_out_len, p, n);
  jci_out_len += n;
  if (jci_out_tty != 0) {
    if (jci_out_tty < 0) jci_out_tty = jci_sys_isatty(1);
    if (jci_out_tty && jc_find_byte(p, '\n', n) < n) jc_out_flush();
  }
}

static void jci_err_now(const jc_u8 *p, jc_usize n) {
  jc_out_flush();
  while (n > 0) {
    jc_isize done = jci_sys_write(2, p, n);
    if (done < 0) return;
    p += done;
    n -= (jc_usize)done;
  }
}

#ifdef JC_TASKS
void jci_write_now(jc_u32 fd, const jc_u8 *p, jc_usize n) {
  if (fd == 1) jci_out_now(p, n);
  else jci_err_now(p, n);
}
void jc_out_write(jc_u8 *p, jc_usize n) {
  if (jc_core.strand) jci_strand_write(jc_core.strand, 1, p, n);
  else jci_out_now(p, n);
}
void jc_err_write(jc_u8 *p, jc_usize n) {
  if (jc_core.strand) jci_strand_write(jc_core.strand, 2, p, n);
  else jci_err_now(p, n);
}
#else
void jc_out_write(jc_u8 *p, jc_usize n) { jci_out_now(p, n); }
void jc_err_write(jc_u8 *p, jc_usize n) { jci_err_now(p, n); }
#endif

void jci_err_text(const char *text) { jc_err_write((jc_u8 *)text, jc_cstr_len(text)); }

void jci_exit(jc_i32 code) {
  jc_out_flush();
  jci_sys_exit(code);
}

void jc_os_exit(jc_i32 code) { jci_exit(code); }

void jc_fatal(const char *text) {
  jc_out_flush();
  jci_err_text("fatal: ");
  jci_err_text(text);
  jci_err_text("\n");
  jci_sys_exit(134);
}

void jc_abort(void) { jc_fatal("aborted"); }

void jci_run(jc_isize argc, char **argv, char **envp) {
  jci_argc = argc;
  jci_argv = argv;
  jci_envp = envp;
  jci_sys_signals();
#ifdef JC_TASKS
  jci_tasks_start(envp);
#endif
  jc_i32 code = jc_program();
  if (jc_core.panicking) {
    jci_panic_report();
    code = 101;
  }
  jci_exit(code);
}

/* tcc has no atomic operations; a program that it compiles has one thread. */
jc_bool jc_lock_try(jc_u32 *word) {
#ifdef __TINYC__
  if (*word) return 0;
  *word = 1;
  return 1;
#else
  jc_u32 none = 0;
  return __atomic_compare_exchange_n(word, &none, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
#endif
}

void jc_lock_free(jc_u32 *word) {
#ifdef __TINYC__
  *word = 0;
#else
  __atomic_store_n(word, 0, __ATOMIC_RELEASE);
#endif
}

jc_usize jc_os_argc(void) { return (jc_usize)jci_argc; }
jc_u8 *jc_os_arg_ptr(jc_usize i) { return (jc_u8 *)jci_argv[i]; }
jc_usize jc_os_arg_len(jc_usize i) { return jc_cstr_len(jci_argv[i]); }
jc_usize jc_os_env_count(void) {
  jc_usize n = 0;
  while (jci_envp[n]) n++;
  return n;
}
jc_u8 *jc_os_env_ptr(jc_usize i) { return (jc_u8 *)jci_envp[i]; }
jc_usize jc_os_env_len(jc_usize i) { return jc_cstr_len(jci_envp[i]); }

/* Two words of a random key, or of the number in JC_HASH_SEED. */
jc_u64 jc_hash_seed(jc_u32 i) {
  static jc_u64 key[2];
  static jc_u8 known;
  if (!known) {
    const char *name = "JC_HASH_SEED=";
    known = 1;
    jci_sys_random(key, sizeof key);
    for (char **e = jci_envp; *e; e++) {
      jc_usize k = 0;
      while (name[k] && (*e)[k] == name[k]) k++;
      if (name[k]) continue;
      jc_u64 seed = 0;
      for (const char *p = *e + k; *p >= '0' && *p <= '9'; p++) seed = seed * 10 + (jc_u64)(*p - '0');
      key[0] = seed * 0x9e3779b97f4a7c15ull + 1;
      key[1] = (seed ^ 0x5851f42d4c957f2dull) * 0xd1342543de82ef95ull;
    }
  }
  return key[i & 1];
}

/* Which test to run: the number in JC_TEST, or -1. */
jc_i32 jc_test_index(void) {
  const char *name = "JC_TEST=";
  for (char **e = jci_envp; *e; e++) {
    jc_usize k = 0;
    while (name[k] && (*e)[k] == name[k]) k++;
    if (name[k]) continue;
    jc_i32 n = 0;
    for (const char *p = *e + k; *p >= '0' && *p <= '9'; p++) n = n * 10 + (*p - '0');
    return n;
  }
  return -1;
}
