/* calls.c - the n-th system call of a kind fails, whoever in libc makes it: stdio, SQLite's own reads and writes,
 * malloc's mappings.
 *
 * A filter of the kernel (seccomp) stops at each such call and sends SIGSYS; the handler fails it or makes it in the
 * program's stead. Only calls from libc's own code are stopped, so that the handler's go through, and those of a
 * sanitizer's run time, too. */
#define _GNU_SOURCE
#include <errno.h>
#include <link.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "ledger.h"

#if defined(__x86_64__)

enum { MOST = 8 };

static const int *numbers_of(faults_kind kind) {
  static const int numbers[][MOST] = {
      [FAULTS_READ] = {SYS_read, SYS_pread64, SYS_readv, -1},
      [FAULTS_WRITE] = {SYS_write, SYS_pwrite64, SYS_writev, -1},
      [FAULTS_OPEN] = {SYS_openat, SYS_open, -1},
      [FAULTS_SYNC] = {SYS_fsync, SYS_fdatasync, SYS_ftruncate, -1},
      [FAULTS_RENAME] = {SYS_rename, SYS_renameat, SYS_renameat2, SYS_link, SYS_linkat, SYS_mkdir, SYS_fchmod, -1},
      [FAULTS_CLOSE] = {SYS_close, -1},
      [FAULTS_MAP] = {SYS_mmap, SYS_mremap, SYS_brk, -1},
      [FAULTS_STAT] = {SYS_newfstatat, SYS_fstat, SYS_stat, SYS_statx, SYS_getdents64, SYS_readlink, -1}};
  return numbers[kind];
}

static long make(long number, const greg_t *g, long third) {
  long result;
  register long r10 __asm__("r10") = g[REG_R10];
  register long r8 __asm__("r8") = g[REG_R8];
  register long r9 __asm__("r9") = g[REG_R9];
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(g[REG_RDI]), "S"(g[REG_RSI]), "d"(third), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

/* Standard error stays: the test is about what is said there. Pages that tell nobody (the stack of a thread) stay, too.
 */
static bool concerns(long number, const greg_t *g) {
  if (number == SYS_write || number == SYS_writev || number == SYS_close) return g[REG_RDI] != STDERR_FILENO;
  return true;
}

static long fail_call(long number, const greg_t *g) {
  bool sized = number == SYS_read || number == SYS_write || number == SYS_pread64 || number == SYS_pwrite64;
  if (faults_asked.error < 0) return make(number, g, sized && g[REG_RDX] > 1 ? 1 : g[REG_RDX]);
  /* a descriptor is gone even if its close fails; brk says so by not moving */
  if (number == SYS_close) make(number, g, g[REG_RDX]);
  if (number == SYS_brk) {
    greg_t none[NGREG] = {0};
    return make(number, none, 0);
  }
  return -faults_asked.error;
}

static void handle(int signal_number, siginfo_t *info, void *context) {
  (void)signal_number;
  greg_t *g = ((ucontext_t *)context)->uc_mcontext.gregs;
  long number = info->si_syscall;
  bool strikes = concerns(number, g) && faults_strike();
  g[REG_RAX] = strikes ? fail_call(number, g) : make(number, g, g[REG_RDX]);
}

/* libc's code. */
static int find_libc(struct dl_phdr_info *info, size_t size, void *cookie) {
  (void)size;
  uintptr_t *range = cookie;
  if (!info->dlpi_name || !strstr(info->dlpi_name, "libc.so")) return 0;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *p = &info->dlpi_phdr[i];
    if (p->p_type != PT_LOAD || !(p->p_flags & PF_X)) continue;
    range[0] = info->dlpi_addr + p->p_vaddr;
    range[1] = range[0] + p->p_memsz;
    return 1;
  }
  return 0;
}

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offsetof(struct seccomp_data, field))

static bool install(const int *numbers, const uintptr_t *libc) {
  struct sock_filter code[32];
  size_t n = 0;
  unsigned high = (unsigned)(libc[0] >> 32);
  unsigned upper = offsetof(struct seccomp_data, instruction_pointer) + 4;
  if (libc[1] >> 32 != libc[0] >> 32) return false; /* rare, and another start lies elsewhere */
  struct sock_filter let = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  struct sock_filter stop = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP);
  code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, upper);
  code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, high, 1, 0);
  code[n++] = let;
  code[n++] = (struct sock_filter)LOAD(instruction_pointer);
  code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (unsigned)libc[0], 1, 0);
  code[n++] = let;
  code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (unsigned)libc[1], 0, 1);
  code[n++] = let;
  code[n++] = (struct sock_filter)LOAD(nr);
  for (; *numbers >= 0; numbers++) {
    code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)*numbers, 0, 1);
    code[n++] = stop;
  }
  code[n++] = let;
  struct sock_fprog program = {.len = (unsigned short)n, .filter = code};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

bool faults_watch_calls(void) {
  uintptr_t libc[2] = {0};
  struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_NODEFER};
  sigemptyset(&action.sa_mask);
  if (!dl_iterate_phdr(find_libc, libc)) return false;
  return sigaction(SIGSYS, &action, NULL) == 0 && install(numbers_of(faults_asked.kind), libc);
}

#else

bool faults_watch_calls(void) { return false; }

#endif
