/*
 * The allocator. Blocks carry no headers: every free names the size and alignment of its allocation.
 * Classes: 0–63 are multiples of 16 up to 1 KiB (their fast path is in jc.h), then four a doubling up to 128 KiB; larger blocks are
 * mapped singly, grow in place by remapping, and a few freed ones are kept. A class whose size is a power of two is aligned to it (up to a
 * page), which serves alignments above 16. Free lists are last in, first out; a refill links one page's worth in address order.
 * With JC_LIBC it is malloc, so that sanitizers and valgrind see every block.
 */
#include "internal.h"

static void jci_out_of_memory(void) { jc_fatal("out of memory"); }

#ifdef JC_LIBC
#include <stdlib.h>

void *jc_alloc_slow(jc_usize size, jc_usize align) {
  void *p;
  if (size == 0) return JC_DANGLING(align);
  if (align <= 16) p = malloc(size);
  else p = aligned_alloc(align, (size + align - 1) & ~(align - 1));
  if (!p) jci_out_of_memory();
  return p;
}

void jc_free_slow(void *p, jc_usize size, jc_usize align) {
  (void)align;
  if (size != 0) free(p);
}

void *jc_alloc_zeroed(jc_usize size, jc_usize align) {
  void *p = jc_alloc_slow(size, align);
  if (size != 0) memset(p, 0, size);
  return p;
}

void *jc_realloc(void *p, jc_usize old_size, jc_usize new_size, jc_usize align) {
  if (old_size != 0 && new_size != 0 && align <= 16) {
    void *q = realloc(p, new_size);
    if (!q) jci_out_of_memory();
    return q;
  }
  void *q = jc_alloc_slow(new_size, align);
  memcpy(q, p, old_size < new_size ? old_size : new_size);
  jc_free_slow(p, old_size, align);
  return q;
}

#else

enum { JCI_MEDIUM_MAX = 128 * 1024, JCI_CHUNK_MIN = 1 << 20, JCI_CHUNK_MAX = 64 << 20, JCI_SPARE_MAX = 4 << 20 };

/* Alignment above 16 is served by a class that is a power of two. */
static jc_usize jci_effective_size(jc_usize size, jc_usize align) {
  if (align <= 16) return size;
  jc_usize power = align;
  while (power < size) power <<= 1;
  return power;
}

static jc_usize jci_class_of(jc_usize size) {
  if (size <= JC_SMALL_MAX) return (size - 1) >> 4;
  jc_usize log = 63 - jc_leading_zeros(size - 1);
  return 64 + (log - 10) * 4 + (((size - 1) >> (log - 2)) & 3);
}

static jc_usize jci_class_size(jc_usize class) {
  if (class < 64) return (class + 1) << 4;
  jc_usize log = 10 + (class - 64) / 4;
  return (5 + (class & 3)) << (log - 2);
}

static jc_usize jci_pages(jc_usize size) { return (size + JCI_PAGE - 1) & ~(jc_usize)(JCI_PAGE - 1); }

/* Takes `size` bytes of the chunk, or a new chunk. What is left of the old one is given up: at most 128 KiB a chunk. */
static jc_u8 *jci_carve(jc_usize size, jc_usize align) {
  jc_heap *heap = &jc_core.heap;
  jc_usize start = ((jc_usize)heap->bump + align - 1) & ~(align - 1);
  if (heap->bump == 0 || start + size > (jc_usize)heap->end) {
    jc_usize chunk = heap->chunk < JCI_CHUNK_MIN ? JCI_CHUNK_MIN : heap->chunk;
    jc_u8 *fresh = jci_sys_map(chunk);
    if (!fresh) jci_out_of_memory();
    heap->chunk = chunk < JCI_CHUNK_MAX ? chunk * 2 : chunk;
    heap->end = fresh + chunk;
    start = (jc_usize)fresh;
  }
  heap->bump = (jc_u8 *)start + size;
  return (jc_u8 *)start;
}

static JC_NOINLINE void *jci_refill(jc_usize class) {
  jc_usize size = jci_class_size(class);
  jc_usize align = (size & (size - 1)) != 0 ? 16 : size < JCI_PAGE ? size : JCI_PAGE;
  jc_usize count = size <= 64 ? 64 : JCI_PAGE / size;
  if (count == 0) count = 1;
  jc_u8 *first = jci_carve(size * count, align);
  jc_u8 *block = first + size;
  void **list = &jc_core.heap.free[class];
  for (jc_usize i = 1; i < count; i++, block += size) {
    *list = block;
    list = (void **)block;
  }
  *list = 0;
  return first;
}

static void *jci_alloc_large(jc_usize size, jc_usize align, jc_bool zeroed) {
  jc_heap *heap = &jc_core.heap;
  if (size > (jc_usize)JC_MAX_isize - JCI_PAGE) jci_out_of_memory();
  size = jci_pages(size);
  if (align <= JCI_PAGE) {
    for (jc_usize i = 0; i < JC_SPARE_COUNT; i++) {
      jc_spare *s = &heap->spare[i];
      if (s->size < size || s->size > size * 2) continue;
      void *p = s->p;
      if (s->size > size) jci_sys_unmap((jc_u8 *)p + size, s->size - size);
      s->size = 0;
      if (zeroed) memset(p, 0, size);
      return p;
    }
    void *p = jci_sys_map(size);
    if (!p) jci_out_of_memory();
    return p;
  }
  jc_u8 *p = jci_sys_map(size + align);
  if (!p) jci_out_of_memory();
  jc_usize skip = (0 - (jc_usize)p) & (align - 1);
  if (skip) jci_sys_unmap(p, skip);
  if (align - skip) jci_sys_unmap(p + skip + size, align - skip);
  return p + skip;
}

static void jci_free_large(void *p, jc_usize size) {
  jc_heap *heap = &jc_core.heap;
  size = jci_pages(size);
  if (size <= JCI_SPARE_MAX) {
    jc_spare *s = &heap->spare[heap->next_spare++ % JC_SPARE_COUNT];
    if (s->size) jci_sys_unmap(s->p, s->size);
    s->p = p;
    s->size = size;
    return;
  }
  jci_sys_unmap(p, size);
}

void *jc_alloc_slow(jc_usize size, jc_usize align) {
  if (size == 0) return JC_DANGLING(align);
  size = jci_effective_size(size, align);
  if (size > JCI_MEDIUM_MAX || align > JCI_PAGE) return jci_alloc_large(size, align, 0);
  jc_usize class = jci_class_of(size);
  void *p = jc_core.heap.free[class];
  if (p) {
    jc_core.heap.free[class] = *(void **)p;
    return p;
  }
  return jci_refill(class);
}

void jc_free_slow(void *p, jc_usize size, jc_usize align) {
  if (size == 0) return;
  size = jci_effective_size(size, align);
  if (size > JCI_MEDIUM_MAX || align > JCI_PAGE) {
    jci_free_large(p, size);
    return;
  }
  jc_usize class = jci_class_of(size);
  *(void **)p = jc_core.heap.free[class];
  jc_core.heap.free[class] = p;
}

void *jc_alloc_zeroed(jc_usize size, jc_usize align) {
  if (size > JCI_MEDIUM_MAX) return jci_alloc_large(jci_effective_size(size, align), align, 1);
  void *p = jc_alloc(size, align);
  if (size != 0) memset(p, 0, size);
  return p;
}

void *jc_realloc(void *p, jc_usize old_size, jc_usize new_size, jc_usize align) {
  if (old_size != 0 && new_size != 0 && align <= 16) {
    if (old_size > JCI_MEDIUM_MAX && new_size > JCI_MEDIUM_MAX) {
      if (new_size > (jc_usize)JC_MAX_isize - JCI_PAGE) jci_out_of_memory();
      if (jci_pages(old_size) == jci_pages(new_size)) return p;
      void *q = jci_sys_remap(p, jci_pages(old_size), jci_pages(new_size));
      if (!q) jci_out_of_memory();
      return q;
    }
    if (old_size <= JCI_MEDIUM_MAX && new_size <= JCI_MEDIUM_MAX && jci_class_of(old_size) == jci_class_of(new_size)) return p;
  }
  void *q = jc_alloc(new_size, align);
  memcpy(q, p, old_size < new_size ? old_size : new_size);
  jc_free(p, old_size, align);
  return q;
}
#endif
