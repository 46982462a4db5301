/* inside.c - shuts itself in as unspin does and tries what must not work there: one line each, "refused" or "ALLOWED".
 *
 * usage: inside FOLDER (a file "there" and a program "program" lie in it). Exit status 77: the kernel or the build has
 * no sandbox.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/sandbox.h"

static bool failed;

static void tell(const char *what, bool worked, bool should) {
  const char *word = worked ? (should ? "works" : "ALLOWED") : (should ? "BROKEN" : "refused");
  printf("%s %s\n", word, what);
  failed |= worked != should;
}

static void refused(const char *what, long result) { tell(what, result >= 0, false); }
static void works(const char *what, long result) { tell(what, result >= 0, true); }

static void *add_one(void *n) {
  ++*(int *)n;
  return NULL;
}

static long run_thread(void) {
  pthread_t thread;
  int n = 0;
  if (pthread_create(&thread, NULL, add_one, &n) != 0) return -1;
  return pthread_join(thread, NULL) == 0 && n == 1 ? 0 : -1;
}

/* A child that came to be would go on as we do. */
static long try_fork(void) {
  pid_t child = fork();
  if (child == 0) _exit(0);
  if (child > 0) waitpid(child, NULL, 0);
  return child;
}

static void try_files(void) {
  refused("open for writing", open("there", O_WRONLY));
  refused("open for both", open("there", O_RDWR));
  refused("open to append", open("there", O_WRONLY | O_APPEND));
  refused("open and truncate", open("there", O_RDONLY | O_TRUNC));
  refused("make a file", open("new", O_RDONLY | O_CREAT, 0600));
  refused("make a nameless file", open(".", O_TMPFILE | O_RDWR, 0600));
  refused("creat", syscall(SYS_openat, AT_FDCWD, "new", O_CREAT | O_WRONLY | O_TRUNC, 0600));
  refused("truncate", truncate("there", 0));
  refused("unlink", unlink("there"));
  refused("rename", rename("there", "elsewhere"));
  refused("link", link("there", "other"));
  refused("symlink", symlink("there", "other"));
  refused("mkdir", mkdir("folder", 0700));
  refused("mkfifo", mkfifo("fifo", 0600));
  refused("chmod", chmod("there", 0777));
  refused("chown", chown("there", getuid(), getgid()));
  refused("memfd_create", memfd_create("x", 0));
#ifdef SYS_openat2
  unsigned long long how[3] = {O_WRONLY, 0, 0};
  refused("openat2", syscall(SYS_openat2, AT_FDCWD, "there", how, sizeof how));
#endif
#ifdef SYS_io_uring_setup
  char parameters[256] = {0};
  refused("io_uring_setup", syscall(SYS_io_uring_setup, 1, parameters));
#endif
}

/* Who is named the owner of a pipe is sent a signal of one's choice when something comes. */
static void try_signals(int fd) {
  refused("own a pipe", fcntl(fd, F_SETOWN, getppid()));
  struct f_owner_ex owner = {.type = F_OWNER_PID, .pid = getppid()};
  refused("own a pipe, the other way", fcntl(fd, F_SETOWN_EX, &owner));
  refused("choose its signal", fcntl(fd, F_SETSIG, SIGKILL));
  refused("have it sent", fcntl(fd, F_SETFL, O_ASYNC));
  refused("own a pipe, with more bits", syscall(SYS_fcntl, fd, F_SETOWN | 1ul << 32, getppid()));
  refused("watch a folder", fcntl(fd, F_NOTIFY, DN_CREATE));
}

static void try_network(void) {
  int pair[2];
  refused("socket inet", socket(AF_INET, SOCK_STREAM, 0));
  refused("socket inet6", socket(AF_INET6, SOCK_DGRAM, 0));
  refused("socket unix", socket(AF_UNIX, SOCK_STREAM, 0));
  refused("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
}

static void try_programs(char **none) {
  refused("execve", execve("./program", none, none));
  refused("execveat", syscall(SYS_execveat, AT_FDCWD, "./program", none, none, 0));
  refused("fork", try_fork());
  refused("clone3", syscall(SYS_clone3, NULL, 0));
  refused("ptrace", ptrace(PTRACE_TRACEME, 0, NULL, NULL));
  refused("kill", kill(getppid(), 0));
  struct rlimit limit = {.rlim_cur = 100, .rlim_max = 100};
  refused("setrlimit", setrlimit(RLIMIT_NOFILE, &limit));
  refused("type into the terminal", ioctl(0, TIOCSTI, "x"));
  void *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  refused("make code", code == MAP_FAILED ? -1 : 0);
  void *data = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  refused("turn data into code", data == MAP_FAILED ? -1 : mprotect(data, 4096, PROT_READ | PROT_EXEC));
}

static void try_what_must_work(void) {
  char byte;
  int fd = open("there", O_RDONLY);
  works("open for reading", fd);
  works("read", read(fd, &byte, 1));
  void *map = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
  works("map", map == MAP_FAILED ? -1 : 0);
  void *memory = malloc(64 << 20);
  works("much memory", memory ? 0 : -1);
  free(memory);
  works("a thread", run_thread());
  struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_len = 1};
  works("lock to read", fcntl(fd, F_SETLK, &lock));
  works("see a lock", fcntl(fd, F_GETLK, &lock));
  works("flags of a file", fcntl(fd, F_GETFL));
  works("keep a file to oneself", fcntl(fd, F_SETFD, FD_CLOEXEC));
  works("a second number for a file", fcntl(fd, F_DUPFD_CLOEXEC, 0));
}

int main(int argc, char **argv) {
  char *none[] = {NULL};
  if (argc != 2 || chdir(argv[1]) != 0) return 2;
  int ends[2];
  if (pipe(ends) != 0) return 2;
  if (!cli_sandbox_enter()) return 77;
  try_files();
  try_network();
  try_programs(none);
  try_signals(ends[0]);
  try_what_must_work();
  return failed;
}
