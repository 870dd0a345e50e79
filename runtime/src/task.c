/*
 * Tasks: spawn, join, and the workers that run them.
 * Consumes: records of tasks (jc.h). Produces: their effects in the order of the serial text. Holds: one worker a thread, each with a queue of tasks that
 * others may take (Chase and Lev, "Dynamic circular work-stealing deque", 2005, in the C11 form of Lê, Pop, Cohen and Zappa Nardelli, 2013).
 *
 * A task is claimed by changing its state, not by holding its entry in a queue: who joins a task that nobody has begun runs it itself, and the
 * entry stays behind as a husk that its finder throws away. A spawn runs its task on the spot unless somebody has nothing to do, so that a
 * program with enough work pays for a call. Who waits for a task that runs elsewhere helps only with that task's descendants: with anything else
 * it could come to wait for itself.
 */
#include "internal.h"
#ifdef JC_TASKS

enum { JCI_NEW, JCI_RUNNING, JCI_DONE, JCI_AWAITED = 4 };
enum { JCI_QUEUE = 4096, JCI_MAX_WORKERS = 256, JCI_STEAL_TRIES = 64, JCI_SPINS = 200 };
enum { JCI_SCHED_SERIAL, JCI_SCHED_STEAL, JCI_SCHED_FUZZ };

typedef struct jci_worker {
  /* Thieves take from the top, the owner from the bottom. */
  jc_i64 top;
  jc_u8 pad1[56];
  jc_i64 bottom;
  jc_u64 random;
  jc_u32 index;
  /* Tasks left for others in vain, of late, as a power of two; how many are run on the spot before the next try. */
  jc_u32 vain, skip;
  jc_u8 pad2[36];
  jc_task *queue[JCI_QUEUE];
} jci_worker;

static jci_worker *jci_workers[JCI_MAX_WORKERS];
static jc_u32 jci_worker_count = 1;
static jc_u32 jci_schedule = JCI_SCHED_SERIAL;
static jc_u64 jci_seed;
/* Workers that look for something to do or sleep; the word they sleep on changes with each call. */
static jc_u32 jci_idle;
static jc_u32 jci_sleeping;
static jc_u32 jci_call_word;
static jc_task jci_root;

static jc_u64 jci_mix(jc_u64 x) {
  /* The finalizer of SplitMix64 (Steele, Lea, Flood, 2014). */
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

static jc_u64 jci_next_random(jci_worker *w) {
  w->random += 0x9e3779b97f4a7c15ull;
  return jci_mix(w->random);
}

static void jci_pause(void) {
#if defined(__x86_64__) && !defined(__TINYC__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/* In a fuzzed schedule: sometimes lose time, so that others come first. */
static void jci_fuzz_delay(jci_worker *w) {
  if (jci_schedule != JCI_SCHED_FUZZ) return;
  jc_u64 r = jci_next_random(w);
  if ((r & 7) == 0) jci_sys_sleep((jc_i64)(r >> 8) % 50000);
  else if ((r & 7) < 3) for (jc_u64 i = (r >> 8) % 2000; i > 0; i--) jci_pause();
}

/* ------------------------------------------------------------------ the queue */

static jc_bool jci_push(jci_worker *w, jc_task *task) {
  jc_i64 b = JCI_LOAD_RELAXED(&w->bottom), t = JCI_LOAD(&w->top);
  if (b - t >= JCI_QUEUE) return 0;
  JCI_STORE_RELAXED(&w->queue[b & (JCI_QUEUE - 1)], task);
  JCI_STORE(&w->bottom, b + 1);
  return 1;
}

static jc_task *jci_pop(jci_worker *w) {
  jc_i64 b = JCI_LOAD_RELAXED(&w->bottom) - 1;
  JCI_STORE_RELAXED(&w->bottom, b);
  JCI_FENCE();
  jc_i64 t = JCI_LOAD_RELAXED(&w->top);
  if (t > b) {
    JCI_STORE_RELAXED(&w->bottom, b + 1);
    return 0;
  }
  jc_task *task = JCI_LOAD_RELAXED(&w->queue[b & (JCI_QUEUE - 1)]);
  if (t == b) {
    if (!JCI_CAS(&w->top, &t, t + 1)) task = 0;
    JCI_STORE_RELAXED(&w->bottom, b + 1);
  }
  return task;
}

static jc_task *jci_steal(jci_worker *w) {
  jc_i64 t = JCI_LOAD(&w->top);
  JCI_FENCE();
  jc_i64 b = JCI_LOAD(&w->bottom);
  if (t >= b) return 0;
  jc_task *task = JCI_LOAD_RELAXED(&w->queue[t & (JCI_QUEUE - 1)]);
  return JCI_CAS(&w->top, &t, t + 1) ? task : 0;
}

/* ------------------------------------------------------------------ a task's life */

jc_task *jc_task_new(jc_usize size, void (*run)(jc_task *), jc_u32 site) {
  jc_task *task = jc_alloc(size, 16);
  jc_task *parent = jc_core.task;
  task->run = run;
  task->state = JCI_NEW;
  task->refs = 1;
  task->parent = parent;
  task->rank = ++parent->spawned;
  task->id = jci_mix(parent->id + task->rank * 0x9e3779b97f4a7c15ull);
  task->strand = 0;
  task->panic = 0;
  task->spawned = 0;
  task->site = site;
  task->size = (jc_u32)size;
  return task;
}

static void jci_release(jc_task *task) {
  if (JCI_LOAD(&task->refs) == 1 || JCI_ADD(&task->refs, -1u) == 1) jc_free(task, task->size, 16);
}
void jc_task_free(jc_task *task) { jci_release(task); }

static jc_bool jci_claim(jc_task *task) {
  jc_u32 state = JCI_NEW;
  return JCI_CAS(&task->state, &state, JCI_RUNNING);
}

/* Runs a claimed task on its own strand, in the place of whatever this worker was doing. */
static void jci_run_task(jc_task *task) {
  jc_task *outer = jc_core.task;
  jci_strand *strand = jc_core.strand;
  jc_panic *panic = jc_core.panic;
  jc_core.task = task;
  jc_core.strand = task->strand;
  jc_core.panic = 0;
  jci_fuzz_delay(jc_core.worker);
  task->run(task);
  if (jc_core.panicking) {
    /* The strand stays open: who joins the task takes it up. */
    jc_core.panicking = 0;
    task->panic = jc_core.panic;
    task->strand = jc_core.strand;
  } else {
    jci_strand_end(jc_core.strand);
  }
  jc_core.task = outer;
  jc_core.strand = strand;
  jc_core.panic = panic;
  if (JCI_SWAP(&task->state, JCI_DONE) & JCI_AWAITED) jci_word_wake(&task->state, 1000);
}

/* A task from a queue: runs it if nobody has, and lets go of the entry. */
static jc_bool jci_take(jc_task *task) {
  jc_bool mine = jci_claim(task);
  if (mine) jci_run_task(task);
  jci_release(task);
  return mine;
}

static void jci_call_workers(void) {
  if (JCI_LOAD(&jci_sleeping) == 0) return;
  JCI_ADD(&jci_call_word, 1);
  jci_word_wake(&jci_call_word, 1);
}

/* Whether a task should be left for others rather than run on the spot. */
static jc_bool jci_wanted(jci_worker *w) {
  if (jci_schedule == JCI_SCHED_SERIAL) return 0;
  if (jci_schedule == JCI_SCHED_FUZZ) return (jci_next_random(w) & 3) != 0;
  if (w->skip > 0) {
    w->skip--;
    return 0;
  }
  return JCI_LOAD_RELAXED(&jci_idle) > 0 || JCI_LOAD_RELAXED(&w->bottom) == JCI_LOAD_RELAXED(&w->top);
}

/* A task was left for others, and nobody came before its joiner: tasks this small are not worth it. Or somebody did come. */
static void jci_learn(jci_worker *w, jc_bool stolen) {
  if (stolen) {
    w->vain = 0;
    w->skip = 0;
  } else {
    if (w->vain < 12) w->vain++;
    w->skip = (1u << w->vain) - 1;
  }
}

/* Whether `task` was spawned, at any depth, by `above`. Ancestors outlive what they spawn. */
static jc_bool jci_descends(const jc_task *task, const jc_task *above) {
  for (const jc_task *t = task->parent; t; t = t->parent) if (t == above) return 1;
  return 0;
}

/* Gives a claimed task back: it can be claimed again. */
static void jci_unclaim(jc_task *task) {
  if (JCI_SWAP(&task->state, JCI_NEW) & JCI_AWAITED) jci_word_wake(&task->state, 1000);
}

/*
 * Takes one descendant of `awaited` from some queue and runs it; what is none is put where others find it. Only the ancestors of a claimed task
 * are sure to be there: another's may end at any moment.
 */
static jc_bool jci_help(jci_worker *w, jc_task *awaited) {
  jc_u32 start = (jc_u32)(jci_next_random(w) % jci_worker_count);
  for (jc_u32 i = 0; i < jci_worker_count; i++) {
    jci_worker *victim = jci_workers[(start + i) % jci_worker_count];
    if (victim == w) continue;
    jc_task *task = jci_steal(victim);
    if (!task) continue;
    if (!jci_claim(task)) {
      jci_release(task);
    } else if (jci_descends(task, awaited)) {
      jci_run_task(task);
      jci_release(task);
      return 1;
    } else {
      jci_unclaim(task);
      /* Without an entry it waits for who joins it. */
      if (jci_push(w, task)) jci_call_workers();
      else jci_release(task);
      return 0;
    }
  }
  return 0;
}

static void jci_await(jc_task *task) {
  jci_worker *w = jc_core.worker;
  for (jc_u32 spin = 0;; spin++) {
    jc_u32 state = JCI_LOAD(&task->state);
    if (state == JCI_DONE) return;
    if (state == JCI_NEW) {
      if (!jci_claim(task)) continue;
      jci_run_task(task);
      return;
    }
    if (jci_help(w, task)) {
      spin = 0;
      continue;
    }
    if (spin < JCI_SPINS) {
      jci_pause();
      continue;
    }
    if (state == JCI_RUNNING && !JCI_CAS(&task->state, &state, JCI_RUNNING | JCI_AWAITED)) continue;
    jci_word_wait(&task->state, JCI_RUNNING | JCI_AWAITED, 1000000);
  }
}

/* Drops the records of panics that nobody will see. */
static void jci_drop_panics(jc_panic *panic) {
  jc_panic *outer = jc_core.panic;
  jc_core.panic = panic;
  while (jc_core.panic) jc_panic_pop();
  jc_core.panic = outer;
}

/*
 * Takes up the panic of a task that has ended: the joiner goes on where the task stopped, and everything that the text has behind the task never
 * happened. A task whose strand was cancelled lies behind an older panic that has been taken up before.
 */
static void jci_take_up(jc_task *task, jc_bool unwinding) {
  jc_panic *panic = task->panic;
  task->panic = 0;
  if (jci_strand_cancelled(task->strand)) {
    jci_strand_end(task->strand);
    jci_drop_panics(panic);
    return;
  }
  jci_strand_cancel(task->strand, jc_core.strand);
  jc_core.strand = task->strand;
  /* The one in flight lies behind this one in the text, too. */
  if (unwinding) jc_panic_pop();
  jc_panic *last = panic;
  while (last->below) last = last->below;
  last->below = jc_core.panic;
  jc_core.panic = panic;
  jc_core.panicking = !unwinding;
}

void jc_task_spawn(jc_task *task) {
  jci_worker *w = jc_core.worker;
  if (jci_wanted(w)) {
    task->refs = 2;
    task->strand = jc_core.strand;
    jc_core.strand = jci_strand_split(task->strand);
    if (jci_push(w, task)) {
      JCI_FENCE();
      jci_call_workers();
      jci_fuzz_delay(w);
      return;
    }
    /* The queue is full: the task keeps its strand, and is run at once. */
    task->refs = 1;
    task->state = JCI_RUNNING;
    jci_run_task(task);
    if (task->panic) jci_take_up(task, 0);
    return;
  }
  jc_task *parent = jc_core.task;
  jc_core.task = task;
  task->run(task);
  jc_core.task = parent;
  task->state = JCI_DONE;
}

static void jci_join(jc_task *task) {
  if (JCI_LOAD(&task->state) != JCI_DONE) {
    jci_fuzz_delay(jc_core.worker);
    jci_worker *w = jc_core.worker;
    if (jci_claim(task)) {
      jci_learn(w, 0);
      jci_run_task(task);
      /* Its entry is most often the last one. */
      if (JCI_LOAD_RELAXED(&w->bottom) > JCI_LOAD(&w->top)) {
        jc_task *last = jci_pop(w);
        if (last == task) jci_release(task);
        else if (last) jci_push(w, last);
      }
    } else {
      jci_learn(w, 1);
      jci_await(task);
    }
  }
}

void jc_task_join(jc_task *task) {
  jci_join(task);
  if (task->panic) jci_take_up(task, 0);
}

void jc_task_join_unwinding(jc_task *task) {
  jci_join(task);
  if (task->panic) jci_take_up(task, 1);
}

/* ------------------------------------------------------------------ workers */

static void jci_worker_loop(void *arg) {
  jci_worker *w = arg;
  jc_core.worker = w;
  jc_core.task = &jci_root;
  JCI_ADD(&jci_idle, 1);
  for (;;) {
    jc_u32 word = JCI_LOAD(&jci_call_word);
    for (jc_u32 tries = 0; tries < JCI_STEAL_TRIES; tries++) {
      jci_worker *victim = jci_workers[jci_next_random(w) % jci_worker_count];
      jc_task *task = victim == w ? jci_pop(w) : jci_steal(victim);
      if (!task) {
        jci_pause();
        continue;
      }
      JCI_ADD(&jci_idle, -1u);
      jci_take(task);
      for (task = jci_pop(w); task; task = jci_pop(w)) jci_take(task);
      JCI_ADD(&jci_idle, 1);
      tries = 0;
    }
    JCI_ADD(&jci_sleeping, 1);
    JCI_FENCE();
    jc_bool work = 0;
    for (jc_u32 i = 0; i < jci_worker_count && !work; i++) work = JCI_LOAD(&jci_workers[i]->bottom) > JCI_LOAD(&jci_workers[i]->top);
    if (!work) jci_word_wait(&jci_call_word, word, -1);
    JCI_ADD(&jci_sleeping, -1u);
  }
}

static jci_worker *jci_worker_make(jc_u32 index) {
  jci_worker *w = jc_alloc_zeroed(sizeof *w, 64);
  w->index = index;
  w->random = jci_mix(jci_seed + index + 1);
  return w;
}

/* The value of an environment variable, or null. */
static const char *jci_env(char **envp, const char *name) {
  for (; *envp; envp++) {
    jc_usize k = 0;
    while (name[k] && (*envp)[k] == name[k]) k++;
    if (!name[k] && (*envp)[k] == '=') return *envp + k + 1;
  }
  return 0;
}

static jc_bool jci_number(const char *text, jc_u64 *out) {
  jc_u64 n = 0;
  if (!*text) return 0;
  for (; *text; text++) {
    if (*text < '0' || *text > '9' || n > 999999999999999999ull) return 0;
    n = n * 10 + (jc_u64)(*text - '0');
  }
  *out = n;
  return 1;
}

static jc_bool jci_begins(const char *text, const char *with) {
  while (*with && *text == *with) {
    text++;
    with++;
  }
  return *with == 0;
}

void jci_tasks_start(char **envp) {
  const char *workers = jci_env(envp, "JC_WORKERS"), *schedule = jci_env(envp, "JC_SCHED");
  jc_u64 count = jci_thread_count();
  if (workers && (!jci_number(workers, &count) || count < 1 || count > JCI_MAX_WORKERS)) jc_fatal("JC_WORKERS is a number from 1 to 256");
  if (!schedule || jci_begins(schedule, "steal")) {
    jci_schedule = count > 1 ? JCI_SCHED_STEAL : JCI_SCHED_SERIAL;
  } else if (jci_begins(schedule, "fuzz:") && jci_number(schedule + 5, &jci_seed)) {
    jci_schedule = JCI_SCHED_FUZZ;
  } else if (!jci_begins(schedule, "serial")) {
    jc_fatal("JC_SCHED is serial, steal, or fuzz:NUMBER");
  }
#ifndef JC_THREADS
  count = 1;
#endif
  if (jci_schedule == JCI_SCHED_SERIAL) count = 1;
  jci_root.id = 1;
  jc_core.task = &jci_root;
  for (jc_u32 i = 0; i < count; i++) jci_workers[i] = jci_worker_make(i);
  jci_worker_count = (jc_u32)count;
  jc_core.worker = jci_workers[0];
  if (jci_schedule == JCI_SCHED_SERIAL) return;
  jc_core.strand = jci_strand_root();
  for (jc_u32 i = 1; i < count; i++)
    if (jci_thread_start(jci_worker_loop, jci_workers[i]) < 0) jc_fatal("the system gives no more threads");
}
#endif
