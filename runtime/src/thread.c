/*
 * Threads of the operating system: start, thread-local storage, waiting for a word to change, one thread a core.
 * Consumes: the program headers (where the image of thread-local storage lies), `clone`, `futex`. Produces: threads that never end by themselves:
 * the process ends with all of them. Holds: nothing.
 * Layout of thread-local storage: Drepper, "ELF handling for thread-local storage"; x86-64 is variant II, the others are variant I.
 */
#include "internal.h"
#ifdef JC_TASKS
#if defined(__TINYC__)

/* tcc has neither thread-locals nor atomics: one worker. */
jc_isize jci_thread_start(void (*entry)(void *), void *arg) {
  (void)entry;
  (void)arg;
  return -1;
}
jc_usize jci_thread_count(void) { return 1; }
void jci_word_wait(jc_u32 *word, jc_u32 seen, jc_i64 ns) {
  (void)word;
  (void)seen;
  if (ns < 0) jc_fatal("deadlock: nothing can go on");
  jci_sys_sleep(ns);
}
void jci_word_wake(jc_u32 *word, jc_u32 count) {
  (void)word;
  (void)count;
}

#elif defined(JC_LIBC)
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

typedef struct jci_thread_args {
  void (*entry)(void *);
  void *arg;
} jci_thread_args;

static void *jci_thread_main(void *p) {
  jci_thread_args args = *(jci_thread_args *)p;
  jc_free(p, sizeof args, 8);
  jci_sys_signals();
  args.entry(args.arg);
  return 0;
}

jc_isize jci_thread_start(void (*entry)(void *), void *arg) {
  jci_thread_args *args = jc_alloc(sizeof *args, 8);
  pthread_t thread;
  args->entry = entry;
  args->arg = arg;
  if (pthread_create(&thread, 0, jci_thread_main, args) != 0) return -1;
  pthread_detach(thread);
  return 0;
}
jc_usize jci_thread_count(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return (jc_usize)CPU_COUNT(&set);
}
void jci_word_wait(jc_u32 *word, jc_u32 seen, jc_i64 ns) {
  struct timespec t = { ns / 1000000000, ns % 1000000000 };
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, seen, ns < 0 ? 0 : &t, 0, 0);
}
void jci_word_wake(jc_u32 *word, jc_u32 count) { syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, 0, 0, 0); }

#else

/* jci_clone(flags, stack, tls, tid, entry, arg): the child calls entry(arg) on its own stack. */
long jci_clone(long flags, void *stack, void *tls, void *tid, void (*entry)(void *), void *arg);
#if defined(__x86_64__)
__asm__(".text\n.globl jci_clone\n.type jci_clone,@function\njci_clone:\n  subq $16, %rsi\n  movq %r8, (%rsi)\n  movq %r9, 8(%rsi)\n  movq %rdx, %r8\n"
        "  movq %rcx, %r10\n  xorl %edx, %edx\n  movl $56, %eax\n  syscall\n  testq %rax, %rax\n  jz 1f\n  ret\n1:\n  xorl %ebp, %ebp\n  popq %rax\n  popq %rdi\n"
        "  callq *%rax\n  ud2\n");
#elif defined(__aarch64__)
__asm__(".text\n.globl jci_clone\n.type jci_clone,%function\njci_clone:\n  stp x4, x5, [x1, #-16]!\n  mov x9, x3\n  mov x3, x2\n  mov x2, #0\n  mov x4, x9\n"
        "  mov x8, #220\n  svc #0\n  cbz x0, 1f\n  ret\n1:\n  mov x29, #0\n  mov x30, #0\n  ldp x9, x0, [sp], #16\n  blr x9\n  brk #1\n");
#elif defined(__riscv)
__asm__(".text\n.globl jci_clone\n.type jci_clone,@function\njci_clone:\n  addi a1, a1, -16\n  sd a4, 0(a1)\n  sd a5, 8(a1)\n  mv t0, a3\n  mv a3, a2\n  li a2, 0\n"
        "  mv a4, t0\n  li a7, 220\n  ecall\n  beqz a0, 1f\n  ret\n1:\n  li s0, 0\n  ld t1, 0(sp)\n  ld a0, 8(sp)\n  addi sp, sp, 16\n  jalr t1\n  ebreak\n");
#elif defined(__loongarch__)
__asm__(".text\n.globl jci_clone\n.type jci_clone,@function\njci_clone:\n  addi.d $a1, $a1, -16\n  st.d $a4, $a1, 0\n  st.d $a5, $a1, 8\n  move $a4, $a2\n  move $a2, $zero\n"
        "  ori $a7, $zero, 220\n  syscall 0\n  beqz $a0, 1f\n  jr $ra\n1:\n  move $fp, $zero\n  ld.d $t0, $sp, 0\n  ld.d $a0, $sp, 8\n  addi.d $sp, $sp, 16\n"
        "  jirl $ra, $t0, 0\n  break 0\n");
#endif

/* The image of thread-local storage in the executable: its initial bytes, the rest is zero. */
static struct {
  const jc_u8 *image;
  jc_usize filled, size, align;
} jci_tls;

static jc_usize jci_round_up(jc_usize n, jc_usize to) { return (n + to - 1) & ~(to - 1); }

/* Bytes that one thread needs, whatever the alignment of where they lie. */
static jc_usize jci_tls_room(void) { return jci_round_up(jci_tls.size, jci_tls.align) + 2 * jci_tls.align + 64; }

/* Fills in the storage of one thread and returns its thread pointer. */
static void *jci_tls_make(jc_u8 *room) {
#if defined(__x86_64__)
  jc_u8 *tp = (jc_u8 *)jci_round_up((jc_usize)room + jci_tls.size, jci_tls.align < 16 ? 16 : jci_tls.align);
  jc_u8 *block = tp - jci_round_up(jci_tls.size, jci_tls.align);
  *(void **)tp = tp;
#elif defined(__aarch64__)
  jc_usize head = jci_round_up(16, jci_tls.align);
  jc_u8 *block = (jc_u8 *)jci_round_up((jc_usize)room + head, jci_tls.align);
  jc_u8 *tp = block - head;
#else
  jc_u8 *block = (jc_u8 *)jci_round_up((jc_usize)room + 16, jci_tls.align < 16 ? 16 : jci_tls.align);
  jc_u8 *tp = block;
#endif
  memcpy(block, jci_tls.image, jci_tls.filled);
  return tp;
}

static void jci_tls_set(void *tp) {
#if defined(__x86_64__)
  CALL(SYS_arch_prctl, 0x1002, tp, 0, 0, 0, 0);
#elif defined(__aarch64__)
  __asm__ volatile("msr tpidr_el0, %0" : : "r"(tp) : "memory");
#elif defined(__riscv)
  __asm__ volatile("mv tp, %0" : : "r"(tp) : "memory");
#else
  __asm__ volatile("move $tp, %0" : : "r"(tp) : "memory");
#endif
}

/* Before anything touches a thread-local: the main thread's storage, found through the auxiliary vector behind the environment. */
void jci_tls_start(char **envp) {
  jc_usize *entry = (jc_usize *)envp;
  const jc_u8 *headers = 0;
  jc_usize size = 0, count = 0;
  while (*entry) entry++;
  for (entry++; entry[0]; entry += 2) {
    if (entry[0] == 3) headers = (const jc_u8 *)entry[1];
    if (entry[0] == 4) size = entry[1];
    if (entry[0] == 5) count = entry[1];
  }
  jci_tls.align = 16;
  for (jc_usize i = 0; i < count; i++) {
    /* Elf64_Phdr: type (32 bits) at 0, address at 16, size in the file at 32, in memory at 40, alignment at 48. The image is linked where it lies. */
    const jc_u8 *header = headers + i * size;
    if (*(const jc_u32 *)header != 7) continue;
    jci_tls.image = *(const jc_u8 *const *)(header + 16);
    jci_tls.filled = *(const jc_usize *)(header + 32);
    jci_tls.size = *(const jc_usize *)(header + 40);
    if (*(const jc_usize *)(header + 48) > 16) jci_tls.align = *(const jc_usize *)(header + 48);
  }
  jc_u8 *room = jci_sys_map(jci_tls_room());
  if (!room) jci_sys_exit(134);
  jci_tls_set(jci_tls_make(room));
}

enum { JCI_THREAD_STACK = 8 << 20, JCI_CLONE_FLAGS = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x40000 | 0x80000 };

jc_isize jci_thread_start(void (*entry)(void *), void *arg) {
  static jc_u32 no_tid;
  jc_usize room = jci_round_up(jci_tls_room(), JCI_PAGE);
  jc_u8 *stack = jci_sys_reserve(JCI_THREAD_STACK + room);
  if (!stack) return -12;
  jc_isize guarded = jci_sys_guard(stack, JCI_PAGE, 0);
  if (guarded < 0) return guarded;
  void *tp = jci_tls_make(stack + JCI_THREAD_STACK);
  long made = jci_clone(JCI_CLONE_FLAGS, stack + JCI_THREAD_STACK, tp, &no_tid, entry, arg);
  if (made < 0) jci_sys_unmap(stack, JCI_THREAD_STACK + room);
  return made < 0 ? made : 0;
}

jc_usize jci_thread_count(void) {
  jc_u64 mask[128] = { 0 };
  jc_isize got = CALL(SYS_sched_getaffinity, 0, sizeof mask, mask, 0, 0, 0);
  jc_usize count = 0;
  for (jc_isize i = 0; i < got / 8; i++) count += jc_count_ones(mask[i]);
  return count > 0 ? count : 1;
}

void jci_word_wait(jc_u32 *word, jc_u32 seen, jc_i64 ns) {
  jc_i64 t[2] = { ns / 1000000000, ns % 1000000000 };
  CALL(SYS_futex, word, 128, seen, ns < 0 ? 0 : t, 0, 0);
}
void jci_word_wake(jc_u32 *word, jc_u32 count) { CALL(SYS_futex, word, 129, count, 0, 0, 0); }
#endif
#endif
