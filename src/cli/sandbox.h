/* sandbox.h - what a run that only reads gives up before it reads anything: writing files, the network, other programs.
 *
 * Two layers of the kernel, each of which stands alone where the other is missing: seccomp (a list of the system calls
 * that restoring needs; all others fail) and Landlock (no right to make, change, remove or execute files). Neither can
 * be taken back, and threads that are started later are within.
 */
#ifndef US_CLI_SANDBOX_H
#define US_CLI_SANDBOX_H

#include <stdbool.h>

typedef enum cli_sandbox {
  CLI_SANDBOX_AUTO, /* where the run writes no files and the kernel can */
  CLI_SANDBOX_ON,   /* or not at all */
  CLI_SANDBOX_OFF
} cli_sandbox;

/* False if TEXT is none of auto, on, off. */
bool cli_read_sandbox(const char *text, cli_sandbox *out);

/* Shuts the calling thread in. From then on it, and threads that it starts, can read files, write to what is open
 * already, and start threads. False, and nothing is shut, if neither the kernel nor the build offers a filter of system
 * calls; Landlock is added where it is there. */
bool cli_sandbox_enter(void);

#endif
