/*
 * The system layer over raw Linux system calls, without libc: `_start` and the call instruction for x86-64, AArch64, RISC-V 64 and LoongArch64.
 * Only calls that all four have (the `at` forms, statx, clock_nanosleep). Numbers: include/uapi/asm-generic/unistd.h, and
 * arch/x86/entry/syscalls/syscall_64.tbl. Stack overflow is recognised on an alternate signal stack.
 */
#include "internal.h"
#ifndef JC_LIBC

#if defined(__x86_64__)
enum {
  SYS_read = 0, SYS_write = 1, SYS_close = 3, SYS_mmap = 9, SYS_munmap = 11, SYS_mprotect = 10, SYS_rt_sigaction = 13, SYS_ioctl = 16, SYS_mremap = 25, SYS_madvise = 28,
  SYS_getpid = 39, SYS_getcwd = 79, SYS_sigaltstack = 131, SYS_arch_prctl = 158, SYS_gettid = 186, SYS_futex = 202, SYS_sched_getaffinity = 204, SYS_getdents64 = 217, SYS_clock_gettime = 228,
  SYS_clock_nanosleep = 230, SYS_exit_group = 231, SYS_tgkill = 234, SYS_openat = 257, SYS_mkdirat = 258, SYS_unlinkat = 263,
  SYS_prlimit64 = 302, SYS_renameat2 = 316, SYS_getrandom = 318, SYS_statx = 332
};
__asm__(".text\n.globl _start\n_start:\n  xorl %ebp, %ebp\n  movq %rsp, %rdi\n  andq $-16, %rsp\n  call jci_start\n");
#if defined(__TINYC__)
/* In a function of its own: tcc's register variables are not dependable. Arguments are already in rdi, rsi, rdx, rcx, r8, r9, stack. */
__asm__(".globl jci_call\njci_call:\n  movq %rdi, %rax\n  movq %rsi, %rdi\n  movq %rdx, %rsi\n  movq %rcx, %rdx\n  movq %r8, %r10\n  movq %r9, %r8\n"
        "  movq 8(%rsp), %r9\n  .byte 0x0f, 0x05\n  ret\n");
long jci_call(long n, long a, long b, long c, long d, long e, long f);
#else
static long jci_call(long n, long a, long b, long c, long d, long e, long f) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
  return result;
}
#endif
#else
enum {
  SYS_getcwd = 17, SYS_ioctl = 29, SYS_mkdirat = 34, SYS_unlinkat = 35, SYS_openat = 56, SYS_close = 57, SYS_getdents64 = 61, SYS_read = 63,
  SYS_write = 64, SYS_exit_group = 94, SYS_futex = 98, SYS_clock_gettime = 113, SYS_clock_nanosleep = 115, SYS_sched_getaffinity = 123, SYS_tgkill = 131, SYS_sigaltstack = 132,
  SYS_rt_sigaction = 134, SYS_getpid = 172, SYS_gettid = 178, SYS_munmap = 215, SYS_mremap = 216, SYS_mmap = 222, SYS_mprotect = 226, SYS_madvise = 233, SYS_prlimit64 = 261, SYS_renameat2 = 276,
  SYS_getrandom = 278, SYS_statx = 291
};
#if defined(__aarch64__)
__asm__(".text\n.globl _start\n_start:\n  mov x29, #0\n  mov x30, #0\n  mov x0, sp\n  and sp, x0, #-16\n  bl jci_start\n");
#define JCI_REGS "x8", "x0", "x1", "x2", "x3", "x4", "x5"
#define JCI_TRAP "svc #0"
#elif defined(__riscv)
__asm__(".text\n.globl _start\n_start:\n.option push\n.option norelax\n  lla gp, __global_pointer$\n.option pop\n  li s0, 0\n  mv a0, sp\n  andi sp, sp, -16\n  call jci_start\n");
#define JCI_REGS "a7", "a0", "a1", "a2", "a3", "a4", "a5"
#define JCI_TRAP "ecall"
#elif defined(__loongarch__)
__asm__(".text\n.globl _start\n_start:\n  move $fp, $zero\n  move $a0, $sp\n  bstrins.d $sp, $zero, 3, 0\n  bl jci_start\n");
#define JCI_REGS "$a7", "$a0", "$a1", "$a2", "$a3", "$a4", "$a5"
#define JCI_TRAP "syscall 0"
#else
#error "this processor has no system layer: build with -DJC_LIBC=1"
#endif
#define JCI_CALL_IN(n7, r0, r1, r2, r3, r4, r5) \
  static long jci_call(long n, long a, long b, long c, long d, long e, long f) { \
    register long number __asm__(n7) = n; \
    register long x0 __asm__(r0) = a; \
    register long x1 __asm__(r1) = b; \
    register long x2 __asm__(r2) = c; \
    register long x3 __asm__(r3) = d; \
    register long x4 __asm__(r4) = e; \
    register long x5 __asm__(r5) = f; \
    __asm__ volatile(JCI_TRAP : "+r"(x0) : "r"(number), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory" JCI_CLOBBERS); \
    return x0; \
  }
#if defined(__loongarch__)
#define JCI_CLOBBERS , "$t0", "$t1", "$t2", "$t3", "$t4", "$t5", "$t6", "$t7", "$t8"
#else
#define JCI_CLOBBERS
#endif
#define JCI_APPLY(macro, ...) macro(__VA_ARGS__)
JCI_APPLY(JCI_CALL_IN, JCI_REGS)
#endif

#define CALL(n, a, b, c, d, e, f) jci_call(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
enum { JCI_AT_CWD = -100 };

static jc_usize jci_stack_top;

/* Called by _start with the stack as the kernel left it: argc, argv…, null, environment…, null, auxiliary vector. */
void jci_start(long *stack) {
  jci_stack_top = (jc_usize)stack;
#ifdef JC_THREADS
  jci_tls_start((char **)(stack + 2 + stack[0]));
#endif
  jci_run(stack[0], (char **)(stack + 1), (char **)(stack + 2 + stack[0]));
}

static jc_isize jci_retried(long n, jc_i32 fd, void *p, jc_usize len) {
  jc_isize r;
  do r = CALL(n, fd, p, len, 0, 0, 0);
  while (r == -JCI_EINTR);
  return r;
}
jc_isize jci_sys_write(jc_i32 fd, const void *p, jc_usize n) { return jci_retried(SYS_write, fd, (void *)p, n); }
jc_isize jci_sys_read(jc_i32 fd, void *p, jc_usize n) { return jci_retried(SYS_read, fd, p, n); }

jc_isize jci_sys_open(const char *path, jc_i32 flags, jc_i32 mode) {
#if defined(__aarch64__)
  enum { DIRECTORY = 0x4000 };
#else
  enum { DIRECTORY = 0x10000 };
#endif
  jc_i32 f = 0x80000; /* close on exec */
  if (flags & 64) f |= DIRECTORY;
  if (flags & 2) f |= flags & 1 ? 2 : 1;
  if (flags & 4) f |= 0x40;
  if (flags & 8) f |= 0x200;
  if (flags & 16) f |= 0x400;
  if (flags & 32) f |= 0x80;
  jc_isize r;
  do r = CALL(SYS_openat, JCI_AT_CWD, path, f, mode, 0, 0);
  while (r == -JCI_EINTR);
  return r;
}
jc_isize jci_sys_close(jc_i32 fd) { return CALL(SYS_close, fd, 0, 0, 0, 0, 0); }

jc_isize jci_sys_stat(const char *path, jc_i32 fd, jc_i64 *out) {
  /* struct statx: mode at 28 (16 bits), size at 40, mtime at 112 (seconds, then nanoseconds in 32 bits). */
  jc_u64 buf[32];
  jc_isize r = CALL(SYS_statx, path ? JCI_AT_CWD : fd, path ? path : "", path ? 0 : 0x1000, 0x7ff, buf, 0);
  if (r < 0) return r;
  jc_u32 kind = (jc_u32)(buf[3] >> 32) & 0xf000;
  out[0] = kind == 0x8000 ? 0 : kind == 0x4000 ? 1 : 2;
  out[1] = (jc_i64)buf[5];
  out[2] = (jc_i64)buf[14] * 1000000000 + (jc_u32)buf[15];
  return 0;
}
jc_isize jci_sys_unlink(const char *path) { return CALL(SYS_unlinkat, JCI_AT_CWD, path, 0, 0, 0, 0); }
jc_isize jci_sys_rmdir(const char *path) { return CALL(SYS_unlinkat, JCI_AT_CWD, path, 0x200, 0, 0, 0); }
jc_isize jci_sys_mkdir(const char *path) { return CALL(SYS_mkdirat, JCI_AT_CWD, path, 0777, 0, 0, 0); }
jc_isize jci_sys_rename(const char *from, const char *to) { return CALL(SYS_renameat2, JCI_AT_CWD, from, JCI_AT_CWD, to, 0, 0); }

jc_isize jci_sys_list(const char *path, void (*entry)(void *state, const char *name), void *state) {
  jc_isize fd = jci_sys_open(path, 1 | 64, 0);
  if (fd < 0) return fd;
  jc_u64 buf[512];
  jc_isize got;
  while ((got = CALL(SYS_getdents64, fd, buf, sizeof buf, 0, 0, 0)) > 0) {
    /* struct linux_dirent64: record length at 16 (16 bits), name at 19. */
    for (jc_isize i = 0; i < got;) {
      jc_u8 *record = (jc_u8 *)buf + i;
      const char *name = (const char *)record + 19;
      if (!(name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0)))) entry(state, name);
      i += record[16] | record[17] << 8;
    }
  }
  jci_sys_close((jc_i32)fd);
  return got;
}

jc_i64 jci_sys_clock(jc_i32 monotonic) {
  jc_i64 t[2] = { 0, 0 };
  CALL(SYS_clock_gettime, monotonic ? 1 : 0, t, 0, 0, 0, 0);
  return t[0] * 1000000000 + t[1];
}
void jci_sys_sleep(jc_i64 ns) {
  jc_i64 t[2];
  if (ns <= 0) return;
  t[0] = ns / 1000000000;
  t[1] = ns % 1000000000;
  while (CALL(SYS_clock_nanosleep, 1, 0, t, t, 0, 0) == -JCI_EINTR) {}
}
jc_isize jci_sys_random(void *p, jc_usize n) { return CALL(SYS_getrandom, p, n, 0, 0, 0, 0); }
jc_isize jci_sys_cwd(char *buf, jc_usize cap) {
  jc_isize r = CALL(SYS_getcwd, buf, cap, 0, 0, 0, 0);
  return r > 0 ? r - 1 : r;
}
jc_i32 jci_sys_isatty(jc_i32 fd) {
  jc_u32 termios[32];
  return CALL(SYS_ioctl, fd, 0x5401, termios, 0, 0, 0) == 0;
}
void jci_sys_exit(jc_i32 code) {
  for (;;) CALL(SYS_exit_group, code, 0, 0, 0, 0, 0);
}

static void *jci_pointer(long r) { return (jc_usize)r > (jc_usize)-4096 ? 0 : (void *)r; }
void *jci_sys_map(jc_usize size) { return jci_pointer(CALL(SYS_mmap, 0, size, 3, 0x22, -1, 0)); }
void *jci_sys_reserve(jc_usize size) { return jci_pointer(CALL(SYS_mmap, 0, size, 3, 0x4022, -1, 0)); }
jc_isize jci_sys_guard(void *p, jc_usize size, jc_bool light) { return light ? CALL(SYS_madvise, p, size, 102, 0, 0, 0) : CALL(SYS_mprotect, p, size, 0, 0, 0, 0); }
void jci_sys_unmap(void *p, jc_usize size) { CALL(SYS_munmap, p, size, 0, 0, 0, 0); }
void *jci_sys_remap(void *p, jc_usize old_size, jc_usize new_size) { return jci_pointer(CALL(SYS_mremap, p, old_size, new_size, 1, 0, 0)); }

/* The kernel's struct sigaction; AArch64 and x86-64 have the restorer, the others do not. */
typedef struct jci_sigaction {
  void *handler;
  unsigned long flags;
#if defined(__x86_64__) || defined(__aarch64__)
  void *restorer;
#endif
  jc_u64 mask;
} jci_sigaction;

static void jci_set_handler(jc_i32 signal, void *handler) {
  jci_sigaction action = { 0 };
  action.handler = handler;
  action.flags = handler == (void *)1 || handler == 0 ? 0 : 0x4 | 0x08000000 | 0x40000000; /* siginfo, alternate stack, not deferred */
#if defined(__x86_64__)
  /* Required by the kernel; never used, because the handler does not return. */
  action.flags |= 0x04000000;
#endif
  CALL(SYS_rt_sigaction, signal, &action, 0, 8, 0, 0);
}

/* How far below its top the main stack may reach: the limit, the gap that the kernel keeps, and a large frame. */
static jc_usize jci_stack_range(void) {
  jc_u64 limit[2] = { 8 << 20, 0 };
  CALL(SYS_prlimit64, 0, 3, 0, limit, 0, 0);
  return limit[0] > (1ull << 40) ? (jc_usize)1 << 40 : limit[0] + (2 << 20);
}

/* A fault within the range that the main stack may grow into is an overflow; any other keeps the system's own meaning. */
static void jci_on_fault(jc_i32 signal, void *info, void *context) {
  jc_usize address = *(jc_usize *)((jc_u8 *)info + 16);
  (void)context;
  if (address < jci_stack_top && jci_stack_top - address < jci_stack_range()) jc_fatal("stack overflow");
  jci_set_handler(signal, 0);
  CALL(SYS_tgkill, CALL(SYS_getpid, 0, 0, 0, 0, 0, 0), CALL(SYS_gettid, 0, 0, 0, 0, 0, 0), signal, 0, 0, 0);
  jci_sys_exit(128 + signal);
}

void jci_sys_signals(void) {
  static jc_u64 stack[2048];
  struct { void *p; jc_i32 flags; jc_usize size; } alternate = { stack, 0, sizeof stack };
  CALL(SYS_sigaltstack, &alternate, 0, 0, 0, 0, 0);
  jci_set_handler(11, (void *)jci_on_fault);
  jci_set_handler(7, (void *)jci_on_fault);
  jci_set_handler(13, (void *)1);
}
#endif
