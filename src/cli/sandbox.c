#define _GNU_SOURCE
#include "cli/sandbox.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A sanitizer looks at its own process from outside at the end: it cannot be shut in. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define WATCHED
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WATCHED
#endif

#if defined(UNSPIN_SECCOMP) && !defined(WATCHED)
#define CAN_FILTER
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "sandbox_rules.h" /* made by sandbox_rules_main.c */
#endif
#if __has_include(<linux/landlock.h>) && !defined(UNSPIN_NO_LANDLOCK) /* `make coverage`: counts are files */
#include <linux/landlock.h>
#endif

bool cli_read_sandbox(const char *text, cli_sandbox *out) {
  static const char *const names[] = {"auto", "on", "off"};
  for (int i = 0; i < 3; i++) {
    if (strcmp(text, names[i]) != 0) continue;
    *out = (cli_sandbox)i;
    return true;
  }
  return false;
}

#ifdef CAN_FILTER

/* For programs that look after themselves: older kernels slow filtered ones down against code that spies on its own
 * process, and there is none here. */
#ifndef SECCOMP_FILTER_FLAG_SPEC_ALLOW
#define SECCOMP_FILTER_FLAG_SPEC_ALLOW 4
#endif

static bool filter_calls(void) {
  struct sock_fprog program = {.len = (unsigned short)(sizeof calls / sizeof *calls),
                               .filter = (struct sock_filter *)(uintptr_t)calls};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program) == 0 ||
         syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}

#if defined(LANDLOCK_CREATE_RULESET_VERSION) && defined(SYS_landlock_create_ruleset)
/* Every right but those to read is claimed and given to nothing. */
static void lock_files(void) {
  struct landlock_ruleset_attr rules = {
      .handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                           LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
                           LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                           LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM};
  int set = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0);
  if (set < 0) return;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) (void)syscall(SYS_landlock_restrict_self, set, 0);
  close(set);
}
#else
static void lock_files(void) {}
#endif

/* Landlock first: its calls are not on the list. By itself it would leave the network open. */
bool cli_sandbox_enter(void) {
  lock_files();
  return filter_calls();
}

#else
bool cli_sandbox_enter(void) { return false; }
#endif
