/*
 * Output in the order of the serial text, whatever the order in which tasks run (as a processor's reorder buffer retires instructions).
 * Consumes: what tasks write to standard output and standard error. Produces: the bytes that E(P), the program with each task run where
 * it is spawned, would have written, in that order. Holds: a list of strands, oldest first. A strand belongs to one task at a time, who alone inserts behind
 * it; the turn passes down the list by atomic flags, without a lock.
 */
#include "internal.h"
#ifdef JC_TASKS

enum { JCI_OLDEST = 1, JCI_ENDED = 2, JCI_CANCELLED = 4 };

struct jci_strand {
  jci_strand *next;
  jc_u32 state;
  /* Records: a word with the descriptor in its top bit (1: standard error) and the length, then the bytes. */
  jc_u8 *text;
  jc_usize len, cap;
};

static jci_strand *jci_strand_make(jci_strand *next, jc_u32 state) {
  jci_strand *s = jc_alloc(sizeof *s, 8);
  s->next = next;
  s->state = state;
  s->text = 0;
  s->len = s->cap = 0;
  return s;
}

jci_strand *jci_strand_root(void) { return jci_strand_make(0, JCI_OLDEST); }

jci_strand *jci_strand_split(jci_strand *s) {
  jci_strand *fresh = jci_strand_make(s->next, JCI_LOAD_RELAXED(&s->state) & JCI_CANCELLED);
  JCI_STORE(&s->next, fresh);
  JCI_FENCE();
  /* Who cancels marks a strand before it looks behind it: either it saw the new one, or the mark is seen here. */
  if (JCI_LOAD(&s->state) & JCI_CANCELLED) JCI_OR(&fresh->state, JCI_CANCELLED);
  return fresh;
}

static void jci_strand_flush(jci_strand *s) {
  jc_usize n = s->len;
  s->len = 0;
  if (JCI_LOAD(&s->state) & JCI_CANCELLED) return;
  for (jc_usize at = 0; at < n;) {
    jc_u32 head;
    memcpy(&head, s->text + at, 4);
    jci_write_now(head >> 31 ? 2 : 1, s->text + at + 4, head & 0x7fffffff);
    at += 4 + (head & 0x7fffffff);
  }
}

void jci_strand_write(jci_strand *s, jc_u32 fd, const jc_u8 *p, jc_usize n) {
  jc_u32 state = JCI_LOAD(&s->state);
  if (state & JCI_CANCELLED) return;
  if (state & JCI_OLDEST) {
    if (s->len) jci_strand_flush(s);
    jci_write_now(fd, p, n);
    return;
  }
  while (n > 0) {
    jc_usize part = n < 0x40000000 ? n : 0x40000000;
    jc_u32 head = (jc_u32)part | (fd == 2 ? 0x80000000u : 0);
    if (s->cap - s->len < part + 4) {
      jc_usize cap = (s->cap + part + 64) * 2;
      s->text = jc_realloc(s->cap ? s->text : JC_DANGLING(1), s->cap, cap, 1);
      s->cap = cap;
    }
    memcpy(s->text + s->len, &head, 4);
    memcpy(s->text + s->len + 4, p, part);
    s->len += part + 4;
    p += part;
    n -= part;
  }
}

static void jci_strand_free(jci_strand *s) {
  if (s->cap) jc_free(s->text, s->cap, 1);
  jc_free(s, sizeof *s, 8);
}

void jci_strand_end(jci_strand *s) {
  jc_u32 old = JCI_OR(&s->state, JCI_ENDED);
  while (old & JCI_OLDEST) {
    jci_strand *next = JCI_LOAD(&s->next);
    jci_strand_flush(s);
    jci_strand_free(s);
    if (!next) return;
    old = JCI_OR(&next->state, JCI_OLDEST);
    if (!(old & JCI_ENDED)) return;
    s = next;
    old |= JCI_OLDEST;
  }
}

void jci_strand_cancel(jci_strand *from, jci_strand *to) {
  for (jci_strand *s = from; s != to;) {
    s = JCI_LOAD(&s->next);
    JCI_OR(&s->state, JCI_CANCELLED);
    JCI_FENCE();
  }
  jci_strand_end(to);
}

jc_bool jci_strand_cancelled(jci_strand *s) { return (JCI_LOAD(&s->state) & JCI_CANCELLED) != 0; }
jc_bool jci_strand_oldest(jci_strand *s) { return (JCI_LOAD(&s->state) & JCI_OLDEST) != 0; }
#endif
