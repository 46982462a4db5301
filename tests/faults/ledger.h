/* ledger.h - what the preloaded library is asked to do, and what it tells: a page that the test maps, too.
 *
 * Everything of it is 0 unless the environment says so:
 *   FAULTS_LEDGER=FILE   the file that holds the page; it tells even of a process that was killed
 *   FAULTS_KIND=alloc | read | write | open | sync | rename | close | map | stat
 *   FAULTS_AT=N          the N-th of that kind fails, from 1; 0: none, only count
 *   FAULTS_ON=1          all from the N-th on fail
 *   FAULTS_ERROR=N       errno of what fails; -1: not an error, but one byte only is read or written
 *   FAULTS_CLOCK=1       clocks of the time of day go backwards, a minute each call
 *   FAULTS_TRACE=1       says on standard error where it struck
 */
#ifndef FAULTS_LEDGER_H
#define FAULTS_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Read by walk.py as eight numbers of 64 bits. */
typedef struct ledger {
  uint64_t ready;  /* 1 once the library watches */
  uint64_t calls;  /* of the kind, so far */
  uint64_t struck; /* made to fail */
  int64_t live;    /* blocks of memory handed out and not given back since the start */
  uint64_t spared; /* allocations of libraries that are not ours to mend */
  uint64_t unused[3];
} ledger;

typedef enum faults_kind {
  FAULTS_NONE,
  FAULTS_ALLOC,
  FAULTS_READ,
  FAULTS_WRITE,
  FAULTS_OPEN,
  FAULTS_SYNC,
  FAULTS_RENAME,
  FAULTS_CLOSE,
  FAULTS_MAP,
  FAULTS_STAT
} faults_kind;

typedef struct faults {
  ledger *ledger;
  faults_kind kind;
  uint64_t at;
  bool on, trace;
  int error;
} faults;

extern faults faults_asked;

/* Counts one call; true if it is to fail. */
bool faults_strike(void);
/* calls.c: from now on the system calls of the kind are counted. False if the kernel cannot. */
bool faults_watch_calls(void);

#endif
