/*
 * What the runtime's own files share: the operating system as a dozen functions (os-linux.c: raw system calls; os-libc.c: libc),
 * and the pieces of start and end of the process. Nothing here is seen by emitted code.
 */
#ifndef JCI_INTERNAL_H
#define JCI_INTERNAL_H
#if defined(JC_LIBC) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE
#endif
#include "../include/jc.h"

enum { JCI_EPIPE = 32, JCI_EINTR = 4, JCI_ENAMETOOLONG = 36, JCI_PATH_MAX = 4096, JCI_PAGE = 4096 };

/* The system layer. Results below 0 are negative errno values. */
jc_isize jci_sys_write(jc_i32 fd, const void *p, jc_usize n);
jc_isize jci_sys_read(jc_i32 fd, void *p, jc_usize n);
jc_isize jci_sys_open(const char *path, jc_i32 flags, jc_i32 mode);
jc_isize jci_sys_close(jc_i32 fd);
/* out: kind, size, mtime in ns. `path` may be null: then of fd. */
jc_isize jci_sys_stat(const char *path, jc_i32 fd, jc_i64 *out);
jc_isize jci_sys_unlink(const char *path);
jc_isize jci_sys_mkdir(const char *path);
jc_isize jci_sys_rmdir(const char *path);
jc_isize jci_sys_rename(const char *from, const char *to);
/* Calls `entry` for each name but `.` and `..`. */
jc_isize jci_sys_list(const char *path, void (*entry)(void *state, const char *name), void *state);
jc_i64 jci_sys_clock(jc_i32 monotonic);
void jci_sys_sleep(jc_i64 ns);
jc_isize jci_sys_random(void *p, jc_usize n);
jc_isize jci_sys_cwd(char *buf, jc_usize cap);
jc_i32 jci_sys_isatty(jc_i32 fd);
void jci_sys_exit(jc_i32 code);
/* Zeroed pages, or null. */
void *jci_sys_map(jc_usize size);
void jci_sys_unmap(void *p, jc_usize size);
void *jci_sys_remap(void *p, jc_usize old_size, jc_usize new_size);
/* Address space without a promise of memory, zeroed at first touch, or null. */
void *jci_sys_reserve(jc_usize size);
/* Makes pages fault at every access: as a mark in the page tables (light), or as a mapping of their own. 0, or a negative errno value. */
jc_isize jci_sys_guard(void *p, jc_usize size, jc_bool light);
/* Ignores SIGPIPE; reports a fault in the stack's guard as `stack overflow`. */
void jci_sys_signals(void);

#ifdef JC_TASKS
#ifdef JC_THREADS
#define JCI_LOAD(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define JCI_LOAD_RELAXED(p) __atomic_load_n(p, __ATOMIC_RELAXED)
#define JCI_STORE(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)
#define JCI_STORE_RELAXED(p, v) __atomic_store_n(p, v, __ATOMIC_RELAXED)
#define JCI_FENCE() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define JCI_OR(p, v) __atomic_fetch_or(p, v, __ATOMIC_ACQ_REL)
#define JCI_ADD(p, v) __atomic_fetch_add(p, v, __ATOMIC_ACQ_REL)
#define JCI_SWAP(p, v) __atomic_exchange_n(p, v, __ATOMIC_ACQ_REL)
#define JCI_CAS(p, seen, v) __atomic_compare_exchange_n(p, seen, v, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)
#else
/* One worker: nothing happens between a read and a write. */
#define JCI_LOAD(p) (*(p))
#define JCI_LOAD_RELAXED(p) (*(p))
#define JCI_STORE(p, v) (*(p) = (v))
#define JCI_STORE_RELAXED(p, v) (*(p) = (v))
#define JCI_FENCE() ((void)0)
#define JCI_OR(p, v) jci_or_alone(p, v)
#define JCI_ADD(p, v) jci_add_alone(p, v)
#define JCI_SWAP(p, v) jci_swap_alone(p, v)
#define JCI_CAS(p, seen, v) (*(p) == *(seen) ? (*(p) = (v), 1) : (*(seen) = *(p), 0))
JC_INLINE jc_u32 jci_or_alone(jc_u32 *p, jc_u32 v) { jc_u32 old = *p; *p = old | v; return old; }
JC_INLINE jc_u32 jci_add_alone(jc_u32 *p, jc_u32 v) { jc_u32 old = *p; *p = old + v; return old; }
JC_INLINE jc_u32 jci_swap_alone(jc_u32 *p, jc_u32 v) { jc_u32 old = *p; *p = v; return old; }
#endif

/* ------------------------------------------------------------------ output in the order of the text (strand.c) */

/*
 * A stretch of the serial text that one task runs at a time. The list of strands, oldest first, is the order in which E(P) would have written.
 * The oldest writes through; the others keep what they write until it is their turn.
 */
typedef struct jci_strand jci_strand;
/* The strand that the root begins with. */
jci_strand *jci_strand_root(void);
/* A new strand right behind this one, which the caller owns. */
jci_strand *jci_strand_split(jci_strand *strand);
void jci_strand_write(jci_strand *strand, jc_u32 fd, const jc_u8 *p, jc_usize n);
/* Its owner writes no more; the next one's turn comes once it is the oldest. The strand is gone after this. */
void jci_strand_end(jci_strand *strand);
/*
 * A task that owned `from` ended in a panic, and who joined it goes on with `from`: E(P) would never have come to what lies behind it, up to the joiner's
 * own strand `to`. What those strands kept and will write is dropped. `to` ends. Their owners may still be running.
 */
void jci_strand_cancel(jci_strand *from, jci_strand *to);
jc_bool jci_strand_cancelled(jci_strand *strand);
/* Whether what it writes goes out at once. */
jc_bool jci_strand_oldest(jci_strand *strand);
/* Writes through. Only for the owner of the oldest strand. */
void jci_write_now(jc_u32 fd, const jc_u8 *p, jc_usize n);

/* Before the program: how many workers, which schedule. */
void jci_tasks_start(char **envp);

/* ------------------------------------------------------------------ threads (thread.c) */

/* A thread that runs entry(arg), which never returns. 0, or a negative number. */
jc_isize jci_thread_start(void (*entry)(void *), void *arg);
/* Processors that this process may use. */
jc_usize jci_thread_count(void);
/* Sleeps while *word == seen, at most `ns` (below 0: without limit). May wake for no reason. */
void jci_word_wait(jc_u32 *word, jc_u32 seen, jc_i64 ns);
void jci_word_wake(jc_u32 *word, jc_u32 count);
#if defined(JC_THREADS) && !defined(JC_LIBC)
void jci_tls_start(char **envp);
#endif

/* ------------------------------------------------------------------ fibers (fiber.c) */

/* A stack that is free, running, or suspended at `sp`. */
typedef struct jci_fiber {
  void *sp;
  jc_u8 *low;
  struct jci_fiber *next;
  void *task;
} jci_fiber;

/* The stacks of one core. */
typedef struct jci_fiber_pool {
  jci_fiber *free;
  jc_u8 *bump, *end;
  jc_usize made;
} jci_fiber_pool;

/* A fiber that will call entry(arg) when it is first switched to. `entry` never returns. */
jci_fiber *jci_fiber_new(jci_fiber_pool *pool, void (*entry)(void *), void *arg);
/* Takes the stack back. Not the one that runs. */
void jci_fiber_free(jci_fiber_pool *pool, jci_fiber *f);
/* Whether a fault at this address is an overflow of the fiber's stack. */
jc_bool jci_fiber_overflowed(const jci_fiber *f, jc_usize address);
/* Suspends the running stack, whose place is stored in *from, and goes on with the one at `to`. */
void jci_switch(void **from, void *to);
#endif

/* After the arguments are known: runs the program and ends the process. */
void jci_run(jc_isize argc, char **argv, char **envp);
/* Ends the process at once, after flushing. */
void jci_exit(jc_i32 code);
/* Prints what is in flight: `panic: …` and its place. */
void jci_panic_report(void);
void jci_err_text(const char *text);
#endif
