/* What a process sees: output, arguments, files, directories, clocks, and the ends that run.mjs asks for by the first argument. */
#include "check.h"

static const jc_loc here = { "process.cj", 7, 9 };

static jc_i32 deep(jc_i32 n) {
  volatile char frame[200];
  frame[0] = (char)n;
  return n == 0 ? frame[0] : deep(n - 1) + frame[0];
}

#define TEXT(s) (jc_u8 *)(s), sizeof(s) - 1

static void files(void) {
  jc_u8 buf[4096], cwd[4096];
  jc_i64 facts[3];
  jc_isize n = jc_os_cwd(cwd, sizeof cwd);
  CHECK(n > 0 && cwd[0] == '/');
  CHECK(jc_os_mkdir(TEXT("process-test.dir")) == 0);
  CHECK(jc_os_mkdir(TEXT("process-test.dir")) == -17);
  jc_isize fd = jc_os_open(TEXT("process-test.dir/b"), 2 | 4 | 8, 0644);
  CHECK(fd >= 0);
  CHECK(jc_os_write((jc_i32)fd, TEXT("hello")) == 5);
  CHECK(jc_os_size((jc_i32)fd) == 5);
  CHECK(jc_os_close((jc_i32)fd) == 0);
  CHECK(jc_os_rename(TEXT("process-test.dir/b"), TEXT("process-test.dir/c")) == 0);
  fd = jc_os_open(TEXT("process-test.dir/a"), 2 | 4 | 32, 0644);
  CHECK(fd >= 0 && jc_os_close((jc_i32)fd) == 0);
  CHECK(jc_os_open(TEXT("process-test.dir/a"), 2 | 4 | 32, 0644) == -17);
  CHECK(jc_os_listdir(TEXT("process-test.dir"), buf, sizeof buf) == 4);
  CHECK(buf[0] == 'a' && buf[1] == 0 && buf[2] == 'c' && buf[3] == 0);
  CHECK(jc_os_listdir(TEXT("process-test.dir"), buf, 3) == 4);
  CHECK(jc_os_stat(TEXT("process-test.dir/c"), facts) == 0 && facts[0] == 0 && facts[1] == 5);
  CHECK(facts[2] > jc_os_now() - 60000000000ll && facts[2] < jc_os_now() + 60000000000ll);
  CHECK(jc_os_stat(TEXT("process-test.dir"), facts) == 0 && facts[0] == 1);
  fd = jc_os_open(TEXT("process-test.dir/c"), 1, 0);
  CHECK(jc_os_read((jc_i32)fd, buf, sizeof buf) == 5 && buf[4] == 'o');
  CHECK(jc_os_read((jc_i32)fd, buf, sizeof buf) == 0);
  jc_os_close((jc_i32)fd);
  CHECK(jc_os_open(TEXT("process-test.dir/none"), 1, 0) == -2);
  CHECK(jc_os_remove(TEXT("process-test.dir/a")) == 0);
  CHECK(jc_os_remove(TEXT("process-test.dir/c")) == 0);
  CHECK(jc_os_rmdir(TEXT("process-test.dir")) == 0);
  CHECK(jc_os_stat(TEXT("process-test.dir"), facts) == -2);
  CHECK(jc_os_size(99) == -1);
}

jc_i32 jc_program(void) {
  jc_u8 mode = jc_os_argc() > 1 ? jc_os_arg_ptr(1)[0] : 'f';
  jc_u8 random[40] = { 0 };
  switch (mode) {
    case 'f': {
      files();
      jc_i64 before = jc_os_monotonic();
      jc_os_sleep(2000000);
      CHECK(jc_os_monotonic() - before >= 2000000);
      jc_os_random(random, sizeof random);
      CHECK(jc_find_byte(random, 1, sizeof random) + jc_find_byte(random, 2, sizeof random) + jc_find_byte(random, 3, sizeof random) > 0);
      CHECK(jc_os_env_count() > 0 && jc_find_byte(jc_os_env_ptr(0), '=', jc_os_env_len(0)) < jc_os_env_len(0));
      jc_out_write(TEXT("done\n"));
      return failures != 0;
    }
    case 'o': return deep(100000000) & 1;
    case 'p':
      jc_out_write(TEXT("before\n"));
      jc_panic_binary(JC_T_i64, '*', JC_MAX_u64, 7, &here);
      return 0;
    case 'c':
      jc_panic_index(7, 3, &here);
      JC_UNWIND();
      jc_panic_text(TEXT("second"), &here);
      jc_panic_in_cleanup();
      return 0;
    case 'm': return ((jc_u8 *)jc_alloc((jc_usize)1 << 60, 8))[0];
    case 'a': jc_abort(); return 0;
    case 'w':
      for (;;) jc_out_write(TEXT("yes\n"));
    case 'i': return jc_test_index();
    default: jc_os_exit(mode - '0');
  }
  return 0;
}
