/*
 * Fibers: stacks of their own, and the switch from one to another on the same thread.
 * Consumes: pages. Holds: per core a pool of free stacks, last in, first out; stacks are carved from slabs and never given back.
 * A started fiber never moves to another thread: compilers may keep the address of a thread's variable across a switch.
 * Each stack has a guard below it: by MADV_GUARD_INSTALL (Linux 6.13) where the kernel has it, because mprotect splits the mapping, and a
 * process may have only some 65,000 of them. A switch saves what a call preserves and leaves by an indirect jump: a `ret` here
 * would miss in the processor's stack of return addresses each time.
 */
#include "internal.h"
#ifdef JC_TASKS

enum { JCI_FIBER_STACK = 256 * 1024, JCI_FIBER_GUARD = JCI_PAGE, JCI_SLAB_FIBERS = 64 };

#if defined(__x86_64__)
/* tcc's assembler knows no unwind tables. */
#if defined(__TINYC__)
#define JCI_CFI(text)
#else
#define JCI_CFI(text) ".cfi_" text "\n"
#endif
#define JCI_PUSH(reg) "  pushq %" reg "\n" JCI_CFI("adjust_cfa_offset 8")
#define JCI_POP(reg) "  popq %" reg "\n" JCI_CFI("adjust_cfa_offset -8")
/* jci_switch(void **from, void *to): the control words of the floating-point units are never changed, so they are not saved. */
__asm__(".text\n.globl jci_switch\n.type jci_switch,@function\njci_switch:\n" JCI_CFI("startproc")
        JCI_PUSH("rbp") JCI_PUSH("rbx") JCI_PUSH("r12") JCI_PUSH("r13") JCI_PUSH("r14") JCI_PUSH("r15")
        "  movq %rsp, (%rdi)\n  movq %rsi, %rsp\n"
        JCI_POP("r15") JCI_POP("r14") JCI_POP("r13") JCI_POP("r12") JCI_POP("rbx") JCI_POP("rbp") JCI_POP("rcx")
        "  jmp *%rcx\n" JCI_CFI("endproc")
        ".globl jci_fiber_start\njci_fiber_start:\n" JCI_CFI("startproc") JCI_CFI("undefined rip")
        "  xorl %ebp, %ebp\n  movq %r13, %rdi\n  call *%r12\n  .byte 0x0f, 0x0b\n" JCI_CFI("endproc"));
/* Seven words: the call in jci_fiber_start then finds the stack aligned. */
enum { JCI_SAVED = 7, JCI_SAVED_ENTRY = 3, JCI_SAVED_ARG = 2, JCI_SAVED_PC = 6 };
#elif defined(__aarch64__)
__asm__(".text\n.globl jci_switch\n.type jci_switch,%function\njci_switch:\n.cfi_startproc\n  sub sp, sp, #160\n  .cfi_adjust_cfa_offset 160\n"
        "  stp x19, x20, [sp]\n  stp x21, x22, [sp, #16]\n  stp x23, x24, [sp, #32]\n  stp x25, x26, [sp, #48]\n  stp x27, x28, [sp, #64]\n"
        "  stp x29, x30, [sp, #80]\n  stp d8, d9, [sp, #96]\n  stp d10, d11, [sp, #112]\n  stp d12, d13, [sp, #128]\n  stp d14, d15, [sp, #144]\n"
        "  mov x9, sp\n  str x9, [x0]\n  mov sp, x1\n"
        "  ldp x19, x20, [sp]\n  ldp x21, x22, [sp, #16]\n  ldp x23, x24, [sp, #32]\n  ldp x25, x26, [sp, #48]\n  ldp x27, x28, [sp, #64]\n"
        "  ldp x29, x30, [sp, #80]\n  ldp d8, d9, [sp, #96]\n  ldp d10, d11, [sp, #112]\n  ldp d12, d13, [sp, #128]\n  ldp d14, d15, [sp, #144]\n"
        "  add sp, sp, #160\n  .cfi_adjust_cfa_offset -160\n  mov x16, x30\n  br x16\n.cfi_endproc\n"
        ".globl jci_fiber_start\njci_fiber_start:\n.cfi_startproc\n.cfi_undefined x30\n  mov x29, #0\n  mov x30, #0\n  mov x0, x20\n  blr x19\n  brk #1\n.cfi_endproc\n");
enum { JCI_SAVED = 20, JCI_SAVED_ENTRY = 0, JCI_SAVED_ARG = 1, JCI_SAVED_PC = 11 };
#elif defined(__riscv)
#define JCI_EACH_SAVED(op) \
  op " s0, 0(sp)\n" op " s1, 8(sp)\n" op " s2, 16(sp)\n" op " s3, 24(sp)\n" op " s4, 32(sp)\n" op " s5, 40(sp)\n" op " s6, 48(sp)\n" \
  op " s7, 56(sp)\n" op " s8, 64(sp)\n" op " s9, 72(sp)\n" op " s10, 80(sp)\n" op " s11, 88(sp)\n" op " ra, 96(sp)\n"
#define JCI_EACH_SAVED_FLOAT(op) \
  op " fs0, 112(sp)\n" op " fs1, 120(sp)\n" op " fs2, 128(sp)\n" op " fs3, 136(sp)\n" op " fs4, 144(sp)\n" op " fs5, 152(sp)\n" \
  op " fs6, 160(sp)\n" op " fs7, 168(sp)\n" op " fs8, 176(sp)\n" op " fs9, 184(sp)\n" op " fs10, 192(sp)\n" op " fs11, 200(sp)\n"
__asm__(".text\n.globl jci_switch\n.type jci_switch,@function\njci_switch:\n.cfi_startproc\n  addi sp, sp, -208\n  .cfi_adjust_cfa_offset 208\n"
        JCI_EACH_SAVED("sd") JCI_EACH_SAVED_FLOAT("fsd") "  sd sp, 0(a0)\n  mv sp, a1\n" JCI_EACH_SAVED("ld") JCI_EACH_SAVED_FLOAT("fld")
        "  addi sp, sp, 208\n  .cfi_adjust_cfa_offset -208\n  mv t1, ra\n  jr t1\n.cfi_endproc\n"
        ".globl jci_fiber_start\njci_fiber_start:\n.cfi_startproc\n.cfi_undefined ra\n  li ra, 0\n  mv a0, s2\n  mv t1, s1\n  li s0, 0\n  jalr t1\n  ebreak\n.cfi_endproc\n");
enum { JCI_SAVED = 26, JCI_SAVED_ENTRY = 1, JCI_SAVED_ARG = 2, JCI_SAVED_PC = 12 };
#elif defined(__loongarch__)
#define JCI_EACH_SAVED(op) \
  op " $s0, $sp, 0\n" op " $s1, $sp, 8\n" op " $s2, $sp, 16\n" op " $s3, $sp, 24\n" op " $s4, $sp, 32\n" op " $s5, $sp, 40\n" \
  op " $s6, $sp, 48\n" op " $s7, $sp, 56\n" op " $s8, $sp, 64\n" op " $fp, $sp, 72\n" op " $ra, $sp, 80\n"
#define JCI_EACH_SAVED_FLOAT(op) \
  op " $fs0, $sp, 96\n" op " $fs1, $sp, 104\n" op " $fs2, $sp, 112\n" op " $fs3, $sp, 120\n" op " $fs4, $sp, 128\n" op " $fs5, $sp, 136\n" \
  op " $fs6, $sp, 144\n" op " $fs7, $sp, 152\n"
__asm__(".text\n.globl jci_switch\n.type jci_switch,@function\njci_switch:\n.cfi_startproc\n  addi.d $sp, $sp, -160\n  .cfi_adjust_cfa_offset 160\n"
        JCI_EACH_SAVED("st.d") JCI_EACH_SAVED_FLOAT("fst.d") "  st.d $sp, $a0, 0\n  move $sp, $a1\n" JCI_EACH_SAVED("ld.d") JCI_EACH_SAVED_FLOAT("fld.d")
        "  addi.d $sp, $sp, 160\n  .cfi_adjust_cfa_offset -160\n  move $t0, $ra\n  jr $t0\n.cfi_endproc\n"
        ".globl jci_fiber_start\njci_fiber_start:\n.cfi_startproc\n.cfi_undefined 1\n  move $ra, $zero\n  move $fp, $zero\n  move $a0, $s1\n  jirl $ra, $s0, 0\n  break 0\n.cfi_endproc\n");
enum { JCI_SAVED = 20, JCI_SAVED_ENTRY = 0, JCI_SAVED_ARG = 1, JCI_SAVED_PC = 10 };
#else
#error "this processor has no switch between fibers"
#endif
void jci_fiber_start(void);

/* Which guard the kernel gave: not known yet, MADV_GUARD_INSTALL, or mprotect. */
static jc_u32 jci_guard_kind;

static void jci_guard(void *page) {
  if (jci_guard_kind != 2) {
    if (jci_sys_guard(page, JCI_FIBER_GUARD, 1) == 0) {
      jci_guard_kind = 1;
      return;
    }
    jci_guard_kind = 2;
  }
  if (jci_sys_guard(page, JCI_FIBER_GUARD, 0) < 0) jc_fatal("too many suspended tasks: this kernel has no room for another stack's guard");
}

/* The record of a fiber lies at the top of its stack, so that a parked one touches a single page. */
static jci_fiber *jci_fiber_at(jc_u8 *low) { return (jci_fiber *)(low + JCI_FIBER_STACK) - 1; }

static void jci_fiber_slab(jci_fiber_pool *pool) {
  jc_u8 *slab = jci_sys_reserve((jc_usize)JCI_FIBER_STACK * JCI_SLAB_FIBERS);
  if (!slab) jc_fatal("out of memory");
  pool->bump = slab;
  pool->end = slab + (jc_usize)JCI_FIBER_STACK * JCI_SLAB_FIBERS;
}

jci_fiber *jci_fiber_new(jci_fiber_pool *pool, void (*entry)(void *), void *arg) {
  jci_fiber *f = pool->free;
  if (f) {
    pool->free = f->next;
  } else {
    if (pool->bump == pool->end) jci_fiber_slab(pool);
    jci_guard(pool->bump);
    f = jci_fiber_at(pool->bump);
    f->low = pool->bump;
    pool->bump += JCI_FIBER_STACK;
    pool->made++;
  }
  void **frame = (void **)((jc_usize)f & ~(jc_usize)15) - JCI_SAVED;
  frame[JCI_SAVED_ENTRY] = (void *)entry;
  frame[JCI_SAVED_ARG] = arg;
  frame[JCI_SAVED_PC] = (void *)jci_fiber_start;
  f->sp = frame;
  f->next = 0;
  return f;
}

void jci_fiber_free(jci_fiber_pool *pool, jci_fiber *f) {
  f->next = pool->free;
  pool->free = f;
}

jc_bool jci_fiber_overflowed(const jci_fiber *f, jc_usize address) { return address - (jc_usize)f->low < JCI_FIBER_GUARD; }
#endif
