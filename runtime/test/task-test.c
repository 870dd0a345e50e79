/* Tasks: results, order of output, panics, deep and wide trees, whatever the schedule. */
#include "check.h"

#ifdef JC_TASKS
typedef struct fib_task {
  jc_task head;
  jc_u64 n, result;
} fib_task;

static void fib_run(jc_task *t);
static jc_u64 fib(jc_u64 n) {
  if (n < 2) return n;
  fib_task *left = (fib_task *)jc_task_new(sizeof *left, fib_run, 1);
  left->n = n - 1;
  jc_task_spawn(&left->head);
  jc_u64 right = fib(n - 2);
  jc_task_join(&left->head);
  jc_u64 sum = left->result + right;
  jc_task_free(&left->head);
  return sum;
}
static void fib_run(jc_task *t) {
  fib_task *task = (fib_task *)t;
  task->result = fib(task->n);
}

static void say(const char *text, jc_u64 n) {
  char line[80];
  jc_usize at = 0;
  while (*text) line[at++] = *text++;
  char digits[24];
  int k = 0;
  do digits[k++] = (char)('0' + n % 10);
  while ((n /= 10) != 0);
  while (k > 0) line[at++] = digits[--k];
  line[at++] = '\n';
  jc_out_write((jc_u8 *)line, at);
}

/* A tree whose nodes print before, between and after their children. */
static void tree_run(jc_task *t) {
  fib_task *task = (fib_task *)t;
  fib_task *child[3];
  say("enter ", task->n);
  task->result = 1;
  if (task->n % 1000 < 40) {
    for (int i = 0; i < 3; i++) {
      child[i] = (fib_task *)jc_task_new(sizeof *child[i], tree_run, 2);
      child[i]->n = task->n * 3 + (jc_u64)i + 1;
      jc_task_spawn(&child[i]->head);
      say("after ", child[i]->n);
    }
    for (int i = 2; i >= 0; i--) {
      jc_task_join(&child[i]->head);
      task->result += child[i]->result;
      jc_task_free(&child[i]->head);
    }
  }
  say("leave ", task->n);
}

static void panic_run(jc_task *t) {
  fib_task *task = (fib_task *)t;
  static const jc_loc place = { "task.cj", 3, 4 };
  say("task ", task->n);
  if (task->n == 7 || task->n == 3) {
    jc_panic_text((jc_u8 *)(task->n == 7 ? "seven" : "three"), 5, &place);
    return;
  }
  say("end of ", task->n);
}

/* E(P): tasks 0 to 3 run, the third panics; nothing behind it happens. */
static void panics(void) {
  fib_task *tasks[10];
  int made = 0, unwinding = 0;
  for (; made < 10; made++) {
    tasks[made] = (fib_task *)jc_task_new(sizeof *tasks[0], panic_run, 3);
    tasks[made]->n = (jc_u64)made;
    jc_task_spawn(&tasks[made]->head);
    if (jc_panicking) {
      JC_UNWIND();
      unwinding = 1;
      made++;
      break;
    }
    say("spawned ", (jc_u64)made);
  }
  for (int i = made - 1; i >= 0; i--) {
    if (unwinding) {
      jc_task_join_unwinding(&tasks[i]->head);
    } else {
      jc_task_join(&tasks[i]->head);
      if (jc_panicking) {
        JC_UNWIND();
        unwinding = 1;
      }
    }
  }
  for (int i = 0; i < made; i++) jc_task_free(&tasks[i]->head);
  if (unwinding) JC_RESUME();
}

jc_i32 jc_program(void) {
  jc_u8 *mode = jc_os_argc() > 1 ? jc_os_arg_ptr(1) : (jc_u8 *)"f";
  fib_task *root;
  switch (mode[0]) {
    case 'f': CHECK(fib(24) == 46368); break;
    case 't':
      root = (fib_task *)jc_task_new(sizeof *root, tree_run, 2);
      root->n = 0;
      jc_task_spawn(&root->head);
      say("main ", 0);
      jc_task_join(&root->head);
      say("nodes ", root->result);
      jc_task_free(&root->head);
      break;
    case 'p':
      panics();
      if (jc_panicking) return 0;
      CHECK(0);
      break;
    case 'c':
      panics();
      CHECK(jc_panicking == 1);
      JC_UNWIND();
      CHECK(jc_panic_message_len() == 5 && jc_panic_message_ptr()[0] == 't');
      jc_panic_pop();
      say("caught ", 1);
      CHECK(fib(10) == 55);
      break;
  }
  return failures ? 1 : 0;
}
#else
jc_i32 jc_program(void) { return 0; }
#endif
