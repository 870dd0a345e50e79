/*
 * The seam between emitted C and the runtime: types, the per-core state, panics, memory, arithmetic, natives.
 * Consumed by: every emitted program (its only #include) and the runtime's own files. Needs no libc header.
 * Holds: `jc_core`, the state of one core (one today). Compilers: gcc, clang, zig's clang, tcc (no __builtin_*_overflow, no
 * vectors, no thread-locals: expression forms instead). Needs LP64, little endian, two's complement,
 * and -fno-strict-aliasing -fwrapv -ffp-contract=off -ffreestanding.
 */
#ifndef JC_H
#define JC_H

typedef signed char jc_i8;
typedef short jc_i16;
typedef int jc_i32;
typedef long long jc_i64;
typedef unsigned char jc_u8;
typedef unsigned short jc_u16;
typedef unsigned int jc_u32;
typedef unsigned long long jc_u64;
typedef long jc_isize;
typedef unsigned long jc_usize;
typedef float jc_f32;
typedef double jc_f64;
typedef jc_u32 jc_rune;
typedef _Bool jc_bool;

typedef char jc_needs_lp64[sizeof(void *) == 8 && sizeof(long) == 8 ? 1 : -1];

#define JC_MIN_i8 (-128)
#define JC_MAX_i8 127
#define JC_MIN_i16 (-32768)
#define JC_MAX_i16 32767
#define JC_MIN_i32 (-2147483647 - 1)
#define JC_MAX_i32 2147483647
#define JC_MIN_i64 (-9223372036854775807ll - 1)
#define JC_MAX_i64 9223372036854775807ll
#define JC_MIN_isize ((jc_isize)JC_MIN_i64)
#define JC_MAX_isize ((jc_isize)JC_MAX_i64)
#define JC_MAX_u8 255
#define JC_MAX_u16 65535
#define JC_MAX_u32 4294967295u
#define JC_MAX_u64 18446744073709551615ull
#define JC_MAX_usize ((jc_usize)JC_MAX_u64)

#if defined(__TINYC__)
#define JC_LIKELY(c) (c)
#define JC_UNLIKELY(c) (c)
#define JC_COLD
#define JC_NOINLINE
#define JC_INLINE static
#define JC_ALWAYS_INLINE static
#define JC_UNREACHABLE() jc_abort()
#define JC_ASSERT_LAYOUT(c)
#else
#define JC_LIKELY(c) __builtin_expect(!!(c), 1)
#define JC_UNLIKELY(c) __builtin_expect(!!(c), 0)
#define JC_COLD __attribute__((cold, noinline))
#define JC_NOINLINE __attribute__((noinline))
#define JC_INLINE static inline
#define JC_ALWAYS_INLINE static inline __attribute__((always_inline))
#ifdef JC_SANITIZE
#define JC_UNREACHABLE() jc_abort()
#else
#define JC_UNREACHABLE() __builtin_unreachable()
#endif
#define JC_ASSERT_LAYOUT(c) _Static_assert(c, "layout: " #c)
#endif
#define JC_OFFSET(type, field) ((jc_usize) & ((type *)0)->field)

/* Programs that spawn tasks are built with JC_TASKS: then the state of a core is its thread's. tcc has no thread-locals, and one worker. */
#if defined(JC_TASKS) && !defined(__TINYC__)
#define JC_THREADS 1
#define JC_TLS __thread
#else
#define JC_TLS
#endif

/* ------------------------------------------------------------------ layouts that the compiler and the runtime share */

/* A place in source text. `file` ends in NUL. */
typedef struct jc_loc {
  const char *file;
  jc_u32 line, column;
} jc_loc;

/* &str, &[T], *[T], Box<[T]>. */
typedef struct jc_slice {
  void *ptr;
  jc_usize len;
} jc_slice;

/* Behind a dyn or a function value. */
typedef struct jc_vtable {
  void (*drop)(void *);
  jc_usize size, align;
  void *methods[1];
} jc_vtable;

/* &dyn T, Box<dyn T>, and fn values, whose `ptr` is the environment. */
typedef struct jc_dyn {
  void *ptr;
  const jc_vtable *table;
} jc_dyn;

/* A pointer that is not null and never read: of allocations of size 0, references to values of size 0. */
#define JC_DANGLING(align) ((void *)(jc_usize)(align))

/* One panic on its way, or caught and being described. `text` stands behind the record. */
typedef struct jc_panic {
  struct jc_panic *below;
  jc_loc place;
  jc_usize len;
  jc_u8 *text;
} jc_panic;

enum { JC_CLASS_COUNT = 96, JC_SMALL_MAX = 1024, JC_SPARE_COUNT = 4 };

/* A freed large block that is kept mapped; size 0: none. */
typedef struct jc_spare {
  void *p;
  jc_usize size;
} jc_spare;

/* Free lists by size class; what is left of the current chunk and the size of the next. See src/alloc.c. */
typedef struct jc_heap {
  void *free[JC_CLASS_COUNT];
  jc_u8 *bump, *end;
  jc_usize chunk, next_spare;
  jc_spare spare[JC_SPARE_COUNT];
} jc_heap;

typedef struct jc_core_state {
  /* Set from the raising of a panic until an unwind block or a caller's check takes it up. */
  jc_u32 panicking;
  jc_panic *panic;
  jc_heap heap;
#ifdef JC_TASKS
  struct jc_task *task;
  struct jci_strand *strand;
  struct jci_worker *worker;
#endif
} jc_core_state;

extern JC_TLS jc_core_state jc_core;
#define jc_panicking (jc_core.panicking)

/* ------------------------------------------------------------------ panics: set the flag and come back; the caller's code goes to its unwind block */

enum { JC_T_i8, JC_T_i16, JC_T_i32, JC_T_i64, JC_T_isize, JC_T_u8, JC_T_u16, JC_T_u32, JC_T_u64, JC_T_usize, JC_T_f32, JC_T_f64, JC_T_bool, JC_T_rune };

void jc_panic_binary(jc_u32 type, jc_u32 op, jc_u64 left, jc_u64 right, const jc_loc *place) JC_COLD; /* op: '+' '-' '*' '/' '%' */
void jc_panic_neg(jc_u32 type, jc_u64 value, const jc_loc *place) JC_COLD;
void jc_panic_shift(jc_u32 type, jc_u32 amount_type, jc_u64 amount, const jc_loc *place) JC_COLD;
void jc_panic_index(jc_u64 index, jc_u64 length, const jc_loc *place) JC_COLD;
void jc_panic_convert(jc_u32 from, jc_u64 value, jc_u32 to, const jc_loc *place) JC_COLD;
void jc_panic_convert_float(jc_f64 value, jc_u32 to, const jc_loc *place) JC_COLD;
void jc_panic_text(const jc_u8 *text, jc_usize len, const jc_loc *place) JC_COLD;

/*
 * After the call of a panic function. The flag is up already; storing it again in plain sight lets the C compiler see, once the function is inlined, that
 * the caller's test of the flag holds on this path, so that the path never joins the ordinary one again.
 */
#if defined(__TINYC__)
#define JC_RAISED()
#else
#define JC_RAISED() (jc_core.panicking = 1)
#endif
/* `resume` at the end of a cleanup chain. */
#define JC_RESUME() (jc_core.panicking = 1)
/* Entry into a cleanup block from a statement that panicked. */
#define JC_UNWIND() (jc_core.panicking = 0)
/* End of a caught panic's life, after its parts were copied out. */
void jc_panic_pop(void);
jc_u8 *jc_panic_message_ptr(void);
jc_usize jc_panic_message_len(void);
jc_u8 *jc_panic_file_ptr(void);
jc_usize jc_panic_file_len(void);
jc_u32 jc_panic_line(void);
jc_u32 jc_panic_column(void);

/* Ends of the process without unwinding: `fatal: TEXT`, exit code 134. None returns; not marked so, because tcc's attribute differs. */
void jc_fatal(const char *text) JC_COLD;
void jc_abort(void) JC_COLD;
void jc_panic_in_cleanup(void) JC_COLD;
jc_usize jc_cstr_len(const char *s);

/* ------------------------------------------------------------------ memory */

void *memcpy(void *to, const void *from, jc_usize n);
void *memmove(void *to, const void *from, jc_usize n);
void *memset(void *to, int byte, jc_usize n);
int memcmp(const void *a, const void *b, jc_usize n);
jc_usize jc_find_byte(const void *p, jc_u8 byte, jc_usize n);

#if defined(__TINYC__)
#define JC_COPY(to, from, n) memcpy(to, from, n)
#define JC_MOVE(to, from, n) memmove(to, from, n)
#define JC_FILL(to, byte, n) memset(to, byte, n)
#define JC_COMPARE(a, b, n) memcmp(a, b, n)
#define JC_IS_CONST(x) 0
#else
#define JC_COPY(to, from, n) __builtin_memcpy(to, from, n)
#define JC_MOVE(to, from, n) __builtin_memmove(to, from, n)
#define JC_FILL(to, byte, n) __builtin_memset(to, byte, n)
#define JC_COMPARE(a, b, n) __builtin_memcmp(a, b, n)
#define JC_IS_CONST(x) __builtin_constant_p(x)
#endif

void *jc_alloc_slow(jc_usize size, jc_usize align);
void jc_free_slow(void *p, jc_usize size, jc_usize align);
void *jc_alloc_zeroed(jc_usize size, jc_usize align);
void *jc_realloc(void *p, jc_usize old_size, jc_usize new_size, jc_usize align);

/* Sizes are always given back, so blocks have no headers. Up to JC_SMALL_MAX a class is a number of 16-byte units. */
JC_INLINE void *jc_alloc(jc_usize size, jc_usize align) {
#ifndef JC_LIBC
  if (size - 1 < JC_SMALL_MAX && align <= 16) {
    void **list = &jc_core.heap.free[(size - 1) >> 4];
    void *p = *list;
    if (JC_LIKELY(p != 0)) {
      *list = *(void **)p;
      return p;
    }
  }
#endif
  return jc_alloc_slow(size, align);
}

JC_INLINE void jc_free(void *p, jc_usize size, jc_usize align) {
#ifndef JC_LIBC
  if (size - 1 < JC_SMALL_MAX && align <= 16) {
    void **list = &jc_core.heap.free[(size - 1) >> 4];
    *(void **)p = *list;
    *list = p;
    return;
  }
#endif
  jc_free_slow(p, size, align);
}

/* ------------------------------------------------------------------ tasks (src/task.c) */

#ifdef JC_TASKS
/* A task's record; behind it lie its captures and the room for its result, which only emitted code knows. */
typedef struct jc_task {
  /* Runs the body: consumes the captures, leaves the result or a panic. */
  void (*run)(struct jc_task *);
  jc_u32 state;
  /* The handle, and the entry in a queue. */
  jc_u32 refs;
  struct jc_task *parent;
  /* Hash of the pedigree: the ranks of the spawns from the root, the same in every run. */
  jc_u64 id;
  struct jci_strand *strand;
  jc_panic *panic;
  /* How many tasks it has spawned; which `spawn` of the text made it. */
  jc_u32 spawned, site;
  jc_u32 size, rank;
} jc_task;

/* A record of `size` bytes in all. */
jc_task *jc_task_new(jc_usize size, void (*run)(jc_task *), jc_u32 site);
/* Runs the task here and now, or leaves it where an idle worker may take it. May panic with the task's own panic: then the task has been joined. */
void jc_task_spawn(jc_task *task);
/* Returns when the task has ended; raises its panic. The result may then be taken out of the record. */
void jc_task_join(jc_task *task);
/* The same in a cleanup block: the task's panic takes the place of the one in flight, if the text has the task first. */
void jc_task_join_unwinding(jc_task *task);
/* Ends the record's life. The task has been joined. */
void jc_task_free(jc_task *task);
#endif

/* ------------------------------------------------------------------ arithmetic: JC_ADD(type, a, b, r) stores the wrapped result in r and yields whether it overflowed. a, b, r: no side effects */

#if defined(__TINYC__)
#define JC_NARROW(T, W, expr, r) ((r) = (T)(expr), (W)(r) != (expr))
#define JC_ADD_i8(a, b, r) JC_NARROW(jc_i8, jc_i64, (jc_i64)(a) + (jc_i64)(b), r)
#define JC_ADD_i16(a, b, r) JC_NARROW(jc_i16, jc_i64, (jc_i64)(a) + (jc_i64)(b), r)
#define JC_ADD_i32(a, b, r) JC_NARROW(jc_i32, jc_i64, (jc_i64)(a) + (jc_i64)(b), r)
#define JC_ADD_u8(a, b, r) JC_NARROW(jc_u8, jc_i64, (jc_i64)(a) + (jc_i64)(b), r)
#define JC_ADD_u16(a, b, r) JC_NARROW(jc_u16, jc_i64, (jc_i64)(a) + (jc_i64)(b), r)
#define JC_ADD_u32(a, b, r) JC_NARROW(jc_u32, jc_i64, (jc_i64)(a) + (jc_i64)(b), r)
#define JC_SUB_i8(a, b, r) JC_NARROW(jc_i8, jc_i64, (jc_i64)(a) - (jc_i64)(b), r)
#define JC_SUB_i16(a, b, r) JC_NARROW(jc_i16, jc_i64, (jc_i64)(a) - (jc_i64)(b), r)
#define JC_SUB_i32(a, b, r) JC_NARROW(jc_i32, jc_i64, (jc_i64)(a) - (jc_i64)(b), r)
#define JC_SUB_u8(a, b, r) JC_NARROW(jc_u8, jc_i64, (jc_i64)(a) - (jc_i64)(b), r)
#define JC_SUB_u16(a, b, r) JC_NARROW(jc_u16, jc_i64, (jc_i64)(a) - (jc_i64)(b), r)
#define JC_SUB_u32(a, b, r) JC_NARROW(jc_u32, jc_i64, (jc_i64)(a) - (jc_i64)(b), r)
#define JC_MUL_i8(a, b, r) JC_NARROW(jc_i8, jc_i64, (jc_i64)(a) * (jc_i64)(b), r)
#define JC_MUL_i16(a, b, r) JC_NARROW(jc_i16, jc_i64, (jc_i64)(a) * (jc_i64)(b), r)
#define JC_MUL_i32(a, b, r) JC_NARROW(jc_i32, jc_i64, (jc_i64)(a) * (jc_i64)(b), r)
#define JC_MUL_u8(a, b, r) JC_NARROW(jc_u8, jc_i64, (jc_i64)(a) * (jc_i64)(b), r)
#define JC_MUL_u16(a, b, r) JC_NARROW(jc_u16, jc_i64, (jc_i64)(a) * (jc_i64)(b), r)
#define JC_MUL_u32(a, b, r) JC_NARROW(jc_u32, jc_u64, (jc_u64)(a) * (jc_u64)(b), r)
#define JC_ADD_i64(a, b, r) ((r) = (jc_i64)((jc_u64)(a) + (jc_u64)(b)), (((a) ^ (r)) & ((b) ^ (r))) < 0)
#define JC_SUB_i64(a, b, r) ((r) = (jc_i64)((jc_u64)(a) - (jc_u64)(b)), (((a) ^ (b)) & ((a) ^ (r))) < 0)
#define JC_MUL_i64(a, b, r) ((r) = (jc_i64)((jc_u64)(a) * (jc_u64)(b)), jc_mul_overflows_i64(a, b))
#define JC_ADD_u64(a, b, r) ((r) = (jc_u64)(a) + (jc_u64)(b), (jc_u64)(r) < (jc_u64)(a))
#define JC_SUB_u64(a, b, r) ((r) = (jc_u64)(a) - (jc_u64)(b), (jc_u64)(a) < (jc_u64)(b))
#define JC_MUL_u64(a, b, r) ((r) = (jc_u64)(a) * (jc_u64)(b), jc_mul_overflows_u64(a, b))
#define JC_ADD_isize(a, b, r) JC_ADD_i64(a, b, r)
#define JC_SUB_isize(a, b, r) JC_SUB_i64(a, b, r)
#define JC_MUL_isize(a, b, r) JC_MUL_i64(a, b, r)
#define JC_ADD_usize(a, b, r) JC_ADD_u64(a, b, r)
#define JC_SUB_usize(a, b, r) JC_SUB_u64(a, b, r)
#define JC_MUL_usize(a, b, r) JC_MUL_u64(a, b, r)
#define JC_ADD(T, a, b, r) JC_ADD_##T(a, b, r)
#define JC_SUB(T, a, b, r) JC_SUB_##T(a, b, r)
#define JC_MUL(T, a, b, r) JC_MUL_##T(a, b, r)
#else
#define JC_ADD(T, a, b, r) __builtin_add_overflow(a, b, &(r))
#define JC_SUB(T, a, b, r) __builtin_sub_overflow(a, b, &(r))
#define JC_MUL(T, a, b, r) __builtin_mul_overflow(a, b, &(r))
#endif
int jc_mul_overflows_i64(jc_i64 a, jc_i64 b);
int jc_mul_overflows_u64(jc_u64 a, jc_u64 b);

JC_INLINE jc_u64 jc_mul_high(jc_u64 a, jc_u64 b) {
#if defined(__SIZEOF_INT128__)
  return (jc_u64)(((unsigned __int128)a * b) >> 64);
#else
  jc_u64 al = (jc_u32)a, ah = a >> 32, bl = (jc_u32)b, bh = b >> 32;
  jc_u64 low = al * bl, mid1 = ah * bl + (low >> 32), mid2 = al * bh + (jc_u32)mid1;
  return ah * bh + (mid1 >> 32) + (mid2 >> 32);
#endif
}

#if defined(__TINYC__)
jc_u32 jc_count_ones(jc_u64 x);
jc_u32 jc_leading_zeros(jc_u64 x);
jc_u32 jc_trailing_zeros(jc_u64 x);
jc_u64 jc_byte_swap(jc_u64 x);
#else
JC_INLINE jc_u32 jc_count_ones(jc_u64 x) {
  /* Not __builtin_popcountll: without the instruction it becomes a call of the compiler's own library. */
  x -= (x >> 1) & 0x5555555555555555ull;
  x = (x & 0x3333333333333333ull) + ((x >> 2) & 0x3333333333333333ull);
  return (jc_u32)((((x + (x >> 4)) & 0x0f0f0f0f0f0f0f0full) * 0x0101010101010101ull) >> 56);
}
JC_INLINE jc_u32 jc_leading_zeros(jc_u64 x) { return x ? (jc_u32)__builtin_clzll(x) : 64; }
JC_INLINE jc_u32 jc_trailing_zeros(jc_u64 x) { return x ? (jc_u32)__builtin_ctzll(x) : 64; }
JC_INLINE jc_u64 jc_byte_swap(jc_u64 x) { return __builtin_bswap64(x); }
#endif

/* ------------------------------------------------------------------ floats */

JC_INLINE jc_u64 jc_f64_bits(jc_f64 x) { union { jc_f64 f; jc_u64 u; } w; w.f = x; return w.u; }
JC_INLINE jc_f64 jc_f64_from(jc_u64 x) { union { jc_f64 f; jc_u64 u; } w; w.u = x; return w.f; }
JC_INLINE jc_u32 jc_f32_bits(jc_f32 x) { union { jc_f32 f; jc_u32 u; } w; w.f = x; return w.u; }
JC_INLINE jc_f32 jc_f32_from(jc_u32 x) { union { jc_f32 f; jc_u32 u; } w; w.u = x; return w.f; }

/* Saturating; NaN gives 0. `lo` and `hi` are the first values past the range on either side, as floats. */
#define JC_FLOAT_TO(T, lo_test, hi_test, min, max) ((lo_test) && (hi_test) ? (T)x : x != x ? (T)0 : x < 0 ? (T)(min) : (T)(max))
JC_INLINE jc_i8 jc_f64_to_i8(jc_f64 x) { return JC_FLOAT_TO(jc_i8, x > -129.0, x < 128.0, JC_MIN_i8, JC_MAX_i8); }
JC_INLINE jc_i16 jc_f64_to_i16(jc_f64 x) { return JC_FLOAT_TO(jc_i16, x > -32769.0, x < 32768.0, JC_MIN_i16, JC_MAX_i16); }
JC_INLINE jc_i32 jc_f64_to_i32(jc_f64 x) { return JC_FLOAT_TO(jc_i32, x > -2147483649.0, x < 2147483648.0, JC_MIN_i32, JC_MAX_i32); }
JC_INLINE jc_i64 jc_f64_to_i64(jc_f64 x) { return JC_FLOAT_TO(jc_i64, x >= -9223372036854775808.0, x < 9223372036854775808.0, JC_MIN_i64, JC_MAX_i64); }
JC_INLINE jc_isize jc_f64_to_isize(jc_f64 x) { return (jc_isize)jc_f64_to_i64(x); }
JC_INLINE jc_u8 jc_f64_to_u8(jc_f64 x) { return JC_FLOAT_TO(jc_u8, x > -1.0, x < 256.0, 0, JC_MAX_u8); }
JC_INLINE jc_u16 jc_f64_to_u16(jc_f64 x) { return JC_FLOAT_TO(jc_u16, x > -1.0, x < 65536.0, 0, JC_MAX_u16); }
JC_INLINE jc_u32 jc_f64_to_u32(jc_f64 x) { return JC_FLOAT_TO(jc_u32, x > -1.0, x < 4294967296.0, 0, JC_MAX_u32); }
JC_INLINE jc_u64 jc_f64_to_u64(jc_f64 x) { return JC_FLOAT_TO(jc_u64, x > -1.0, x < 18446744073709551616.0, 0, JC_MAX_u64); }
JC_INLINE jc_usize jc_f64_to_usize(jc_f64 x) { return (jc_usize)jc_f64_to_u64(x); }

/* Whether truncation fits: `convertFits` and `convertChecked` of a float. */
#define JC_FITS_i8(x) ((x) > -129.0 && (x) < 128.0)
#define JC_FITS_i16(x) ((x) > -32769.0 && (x) < 32768.0)
#define JC_FITS_i32(x) ((x) > -2147483649.0 && (x) < 2147483648.0)
#define JC_FITS_i64(x) ((x) >= -9223372036854775808.0 && (x) < 9223372036854775808.0)
#define JC_FITS_isize(x) JC_FITS_i64(x)
#define JC_FITS_u8(x) ((x) > -1.0 && (x) < 256.0)
#define JC_FITS_u16(x) ((x) > -1.0 && (x) < 65536.0)
#define JC_FITS_u32(x) ((x) > -1.0 && (x) < 4294967296.0)
#define JC_FITS_u64(x) ((x) > -1.0 && (x) < 18446744073709551616.0)
#define JC_FITS_usize(x) JC_FITS_u64(x)

JC_INLINE jc_f64 jc_abs(jc_f64 x) { return jc_f64_from(jc_f64_bits(x) & 0x7fffffffffffffffull); }
JC_INLINE jc_f64 jc_copy_sign(jc_f64 x, jc_f64 y) { return jc_f64_from((jc_f64_bits(x) & 0x7fffffffffffffffull) | (jc_f64_bits(y) & 0x8000000000000000ull)); }
#if defined(__TINYC__)
jc_f64 jc_sqrt(jc_f64 x);
#else
JC_INLINE jc_f64 jc_sqrt(jc_f64 x) { return __builtin_sqrt(x); }
#endif
#if defined(__SSE4_1__) || defined(__aarch64__)
JC_INLINE jc_f64 jc_trunc(jc_f64 x) { return __builtin_trunc(x); }
JC_INLINE jc_f64 jc_floor(jc_f64 x) { return __builtin_floor(x); }
JC_INLINE jc_f64 jc_ceil(jc_f64 x) { return __builtin_ceil(x); }
#else
/* Through Int64 where the value may have a fraction; the sign is put back for -0.5 and the like. */
JC_INLINE jc_f64 jc_trunc(jc_f64 x) { return jc_abs(x) < 4503599627370496.0 ? jc_copy_sign((jc_f64)(jc_i64)x, x) : x; }
JC_INLINE jc_f64 jc_floor(jc_f64 x) {
  if (!(jc_abs(x) < 4503599627370496.0)) return x;
  jc_f64 t = (jc_f64)(jc_i64)x;
  return jc_copy_sign(t - (t > x ? 1.0 : 0.0), x);
}
JC_INLINE jc_f64 jc_ceil(jc_f64 x) {
  if (!(jc_abs(x) < 4503599627370496.0)) return x;
  jc_f64 t = (jc_f64)(jc_i64)x;
  return jc_copy_sign(t + (t < x ? 1.0 : 0.0), x);
}
#endif
JC_INLINE jc_f64 jc_round_even(jc_f64 x) {
  jc_f64 a = jc_abs(x);
  if (!(a < 4503599627370496.0)) return x;
  jc_f64 sum = a + 4503599627370496.0;
  return jc_copy_sign(sum - 4503599627370496.0, x);
}
jc_f64 jc_fma(jc_f64 a, jc_f64 b, jc_f64 c);
jc_f64 jc_math1(jc_u32 op, jc_f64 x);
jc_f64 jc_math2(jc_u32 op, jc_f64 x, jc_f64 y);

/* Remainder with the sign of the dividend, exact. */
#define JC_FREM(x, y) jc_math2(3, x, y)

#define JC_BLACK_BOX(p) jc_black_box(p)
#if defined(__TINYC__)
JC_INLINE void jc_black_box(void *p) { (void)p; }
#else
JC_ALWAYS_INLINE void jc_black_box(void *p) { __asm__ volatile("" : : "r"(p) : "memory"); }
#endif

/* ------------------------------------------------------------------ natives (docs/spec/core-surface.md) */

jc_isize jc_os_write(jc_i32 fd, jc_u8 *p, jc_usize n);
jc_isize jc_os_read(jc_i32 fd, jc_u8 *p, jc_usize n);
jc_isize jc_os_open(jc_u8 *path, jc_usize n, jc_i32 flags, jc_i32 mode);
jc_isize jc_os_close(jc_i32 fd);
jc_isize jc_os_size(jc_i32 fd);
jc_isize jc_os_stat(jc_u8 *path, jc_usize n, jc_i64 *out);
jc_isize jc_os_remove(jc_u8 *path, jc_usize n);
jc_isize jc_os_mkdir(jc_u8 *path, jc_usize n);
jc_isize jc_os_rmdir(jc_u8 *path, jc_usize n);
jc_isize jc_os_rename(jc_u8 *from, jc_usize n, jc_u8 *to, jc_usize m);
jc_isize jc_os_listdir(jc_u8 *path, jc_usize n, jc_u8 *buf, jc_usize cap);
jc_usize jc_os_argc(void);
jc_u8 *jc_os_arg_ptr(jc_usize i);
jc_usize jc_os_arg_len(jc_usize i);
jc_usize jc_os_env_count(void);
jc_u8 *jc_os_env_ptr(jc_usize i);
jc_usize jc_os_env_len(jc_usize i);
jc_i64 jc_os_now(void);
jc_i64 jc_os_monotonic(void);
void jc_os_sleep(jc_i64 ns);
void jc_os_random(jc_u8 *p, jc_usize n);
void jc_os_exit(jc_i32 code);
jc_isize jc_os_cwd(jc_u8 *buf, jc_usize cap);
jc_bool jc_os_isatty(jc_i32 fd);
void jc_out_write(jc_u8 *p, jc_usize n);
void jc_out_flush(void);
void jc_err_write(jc_u8 *p, jc_usize n);
jc_u64 jc_hash_seed(jc_u32 i);
/* A lock word: 0 free, 1 held. One atomic step each. */
jc_bool jc_lock_try(jc_u32 *word);
void jc_lock_free(jc_u32 *word);
/* How many panics are unwinding. */
jc_usize jc_panics(void);
jc_i32 jc_test_index(void);

/* The program: what emitted code defines. Returns the exit code, or anything with the panic flag set. */
jc_i32 jc_program(void);

#endif
