/* sandbox_rules_main.c - run while building: what of the kernel `unspin clean` may use once it has shut itself in, as a
 * filter that sandbox.c holds ready. Made then and not at each start because libseccomp takes a third of a millisecond,
 * and falls where memory is short (tests/faults found that in 2.5.4). */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

/* What may be called with any arguments. A name that the machine does not have is passed over. */
static const int harmless[] = {
    /* what is open already, and what can be read */
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(pread64),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(close),
    SCMP_SYS(lseek),
    SCMP_SYS(_llseek),
    SCMP_SYS(fstat),
    SCMP_SYS(fstat64),
    SCMP_SYS(stat),
    SCMP_SYS(stat64),
    SCMP_SYS(lstat),
    SCMP_SYS(lstat64),
    SCMP_SYS(newfstatat),
    SCMP_SYS(fstatat64),
    SCMP_SYS(statx),
    SCMP_SYS(statfs),
    SCMP_SYS(statfs64),
    SCMP_SYS(fstatfs),
    SCMP_SYS(fstatfs64),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(getdents64),
    SCMP_SYS(getcwd),
    SCMP_SYS(chdir),
    SCMP_SYS(fchdir),
    SCMP_SYS(fadvise64),
    SCMP_SYS(fadvise64_64),
    /* memory */
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    /* threads and signals of our own */
    SCMP_SYS(futex),
    SCMP_SYS(futex_time64),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(set_tid_address),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    /* who and when */
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(umask),
    SCMP_SYS(uname),
    SCMP_SYS(sysinfo),
    SCMP_SYS(getrandom),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_gettime64),
    SCMP_SYS(clock_getres),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
};

/* The kernel looks at the lower half of a command. */
#define FCNTL(command) \
  {SCMP_SYS(fcntl), 1, 0xFFFFFFFF, (command)}, { SCMP_SYS(fcntl64), 1, 0xFFFFFFFF, (command) }

/* What may be called with some arguments only: all bits of MASK in argument AT must be as in VALUE. */
static const struct {
  int call;
  unsigned at;
  unsigned long mask, value;
} bounded[] = {
    {SCMP_SYS(openat), 2, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY},
    {SCMP_SYS(open), 1, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY},
    {SCMP_SYS(clone), 0, CLONE_THREAD, CLONE_THREAD}, /* a thread, no process */
    {SCMP_SYS(mmap), 2, PROT_EXEC, 0},
    {SCMP_SYS(mmap), 3, MAP_ANONYMOUS, 0}, /* code comes from files: iconv loads its tables so */
    {SCMP_SYS(mmap2), 2, PROT_EXEC, 0},
    {SCMP_SYS(mmap2), 3, MAP_ANONYMOUS, 0},
    {SCMP_SYS(mprotect), 2, PROT_EXEC, 0},
    {SCMP_SYS(prlimit64), 2, ~0ul, 0}, /* asks, does not set */
    FCNTL(F_GETFD),                    /* of the others F_SETOWN and O_ASYNC send signals to any process */
    FCNTL(F_SETFD),
    FCNTL(F_GETFL),
    FCNTL(F_DUPFD),
    FCNTL(F_DUPFD_CLOEXEC),
    FCNTL(F_GETLK), /* SQLite locks what it reads */
    FCNTL(F_SETLK),
    FCNTL(F_SETLKW),
    {SCMP_SYS(ioctl), 1, 0xFFFFFFFF, TCGETS},
    {SCMP_SYS(ioctl), 1, 0xFFFFFFFF, TIOCGWINSZ},
};

static bool allow(scmp_filter_ctx filter, int call) {
  int status = call >= 0 ? seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) : 0;
  return status == 0 || status == -EEXIST;
}

static bool add_rules(scmp_filter_ctx filter) {
  bool ok = true;
  for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) ok = ok && allow(filter, harmless[i]);
  for (size_t i = 0; i < sizeof bounded / sizeof *bounded; i++) {
    struct scmp_arg_cmp only = SCMP_CMP(bounded[i].at, SCMP_CMP_MASKED_EQ, bounded[i].mask, bounded[i].value);
    if (bounded[i].call < 0) continue;
    int status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, bounded[i].call, 1, only);
    ok = ok && (status == 0 || status == -EEXIST);
  }
  /* what its arguments do cannot be seen: libc then takes clone(), of which they can */
  return ok && seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
}

/* An error rather than a death: what the list lacks on some machine shows as a message. */
static bool print_filter(const char *name) {
  FILE *made = tmpfile();
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  bool ok = made && filter && add_rules(filter) && seccomp_export_bpf(filter, fileno(made)) == 0;
  struct {
    uint16_t code;
    uint8_t yes, no;
    uint32_t k;
  } step; /* as in linux/filter.h */
  if (ok) rewind(made);
  printf("static const struct sock_filter %s[] = {\n", name);
  while (ok && fread(&step, sizeof step, 1, made) == 1)
    printf("    {%u, %u, %u, 0x%08Xu},\n", step.code, step.yes, step.no, step.k);
  printf("};\n");
  seccomp_release(filter);
  if (made) fclose(made);
  return ok;
}

int main(void) {
  printf("/* Made by sandbox_rules_main.c. */\n");
  return print_filter("calls") && fflush(stdout) == 0 ? 0 : 1;
}
