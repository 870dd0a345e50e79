/*
 * The system layer over libc: for sanitizers and valgrind, and for programs that link C libraries.
 */
#include "internal.h"
#ifdef JC_LIBC
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static jc_usize jci_stack_top;
extern char **environ;

int main(int argc, char **argv) {
  jci_stack_top = (jc_usize)argv;
  jci_run(argc, argv, environ);
  return 0;
}

static jc_isize jci_result(long r) { return r < 0 ? -errno : r; }

jc_isize jci_sys_write(jc_i32 fd, const void *p, jc_usize n) {
  jc_isize r;
  do r = jci_result(write(fd, p, n));
  while (r == -EINTR);
  return r;
}
jc_isize jci_sys_read(jc_i32 fd, void *p, jc_usize n) {
  jc_isize r;
  do r = jci_result(read(fd, p, n));
  while (r == -EINTR);
  return r;
}
jc_isize jci_sys_open(const char *path, jc_i32 flags, jc_i32 mode) {
  int f = O_CLOEXEC;
  if (flags & 2) f |= flags & 1 ? O_RDWR : O_WRONLY;
  if (flags & 4) f |= O_CREAT;
  if (flags & 8) f |= O_TRUNC;
  if (flags & 16) f |= O_APPEND;
  if (flags & 32) f |= O_EXCL;
  return jci_result(open(path, f, mode));
}
jc_isize jci_sys_close(jc_i32 fd) { return jci_result(close(fd)); }
jc_isize jci_sys_stat(const char *path, jc_i32 fd, jc_i64 *out) {
  struct stat s;
  jc_isize r = jci_result(path ? stat(path, &s) : fstat(fd, &s));
  if (r < 0) return r;
  out[0] = S_ISREG(s.st_mode) ? 0 : S_ISDIR(s.st_mode) ? 1 : 2;
  out[1] = s.st_size;
  out[2] = (jc_i64)s.st_mtim.tv_sec * 1000000000 + s.st_mtim.tv_nsec;
  return 0;
}
jc_isize jci_sys_unlink(const char *path) { return jci_result(unlink(path)); }
jc_isize jci_sys_mkdir(const char *path) { return jci_result(mkdir(path, 0777)); }
jc_isize jci_sys_rmdir(const char *path) { return jci_result(rmdir(path)); }
jc_isize jci_sys_rename(const char *from, const char *to) { return jci_result(rename(from, to)); }
jc_isize jci_sys_list(const char *path, void (*entry)(void *state, const char *name), void *state) {
  DIR *dir = opendir(path);
  struct dirent *e;
  if (!dir) return -errno;
  while ((e = readdir(dir)) != 0)
    if (!(e->d_name[0] == '.' && (e->d_name[1] == 0 || (e->d_name[1] == '.' && e->d_name[2] == 0)))) entry(state, e->d_name);
  closedir(dir);
  return 0;
}
jc_i64 jci_sys_clock(jc_i32 monotonic) {
  struct timespec t;
  clock_gettime(monotonic ? CLOCK_MONOTONIC : CLOCK_REALTIME, &t);
  return (jc_i64)t.tv_sec * 1000000000 + t.tv_nsec;
}
void jci_sys_sleep(jc_i64 ns) {
  if (ns <= 0) return;
  struct timespec t = { ns / 1000000000, ns % 1000000000 };
  while (nanosleep(&t, &t) < 0 && errno == EINTR) {}
}
jc_isize jci_sys_random(void *p, jc_usize n) { return jci_result(getrandom(p, n, 0)); }
jc_isize jci_sys_cwd(char *buf, jc_usize cap) { return getcwd(buf, cap) ? (jc_isize)jc_cstr_len(buf) : -errno; }
jc_i32 jci_sys_isatty(jc_i32 fd) { return isatty(fd); }
/* Not _exit: the leak checker runs at exit. */
void jci_sys_exit(jc_i32 code) { exit(code); }
void *jci_sys_map(jc_usize size) {
  void *p = mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return p == MAP_FAILED ? 0 : p;
}
void *jci_sys_reserve(jc_usize size) {
  void *p = mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return p == MAP_FAILED ? 0 : p;
}
jc_isize jci_sys_guard(void *p, jc_usize size, jc_bool light) { return jci_result(light ? madvise(p, size, 102) : mprotect(p, size, PROT_NONE)); }
void jci_sys_unmap(void *p, jc_usize size) { munmap(p, size); }
void *jci_sys_remap(void *p, jc_usize old_size, jc_usize new_size) {
  void *q = mremap(p, old_size, new_size, MREMAP_MAYMOVE);
  return q == MAP_FAILED ? 0 : q;
}

static void jci_on_fault(int number, siginfo_t *info, void *context) {
  jc_usize address = (jc_usize)info->si_addr;
  struct rlimit limit = { 8 << 20, 0 };
  (void)context;
  getrlimit(RLIMIT_STACK, &limit);
  jc_usize range = limit.rlim_cur > (1ull << 40) ? (jc_usize)1 << 40 : limit.rlim_cur + (2 << 20);
  if (address < jci_stack_top && jci_stack_top - address < range) jc_fatal("stack overflow");
  signal(number, SIG_DFL);
  raise(number);
}

void jci_sys_signals(void) {
  static jc_u64 stack[8192];
  stack_t alternate = { .ss_sp = stack, .ss_flags = 0, .ss_size = sizeof stack };
  struct sigaction action = { 0 };
  sigaltstack(&alternate, 0);
  action.sa_sigaction = jci_on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigaction(SIGSEGV, &action, 0);
  sigaction(SIGBUS, &action, 0);
  signal(SIGPIPE, SIG_IGN);
}
#endif
