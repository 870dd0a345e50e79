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
/* Ignores SIGPIPE; reports a fault in the stack's guard as `stack overflow`. */
void jci_sys_signals(void);

/* After the arguments are known: runs the program and ends the process. */
void jci_run(jc_isize argc, char **argv, char **envp);
/* Ends the process at once, after flushing. */
void jci_exit(jc_i32 code);
/* Prints what is in flight: `panic: …` and its place. */
void jci_panic_report(void);
void jci_err_text(const char *text);
#endif
