/* pool.h - many units of work on several threads, their results in the order of the units.
 *
 * Every thread fetches a unit, works on it, and whoever has finished the oldest one hands on the results that are due.
 * At most WINDOW units are under way, so memory is bounded however uneven they are. */
#ifndef US_BATCH_POOL_H
#define US_BATCH_POOL_H

#include "base/error.h"

typedef struct us_pool_plan {
  unsigned threads; /* 1: all is done by the caller's thread */
  size_t window;    /* units under way, at least THREADS */
  size_t unit_size; /* bytes; units are cleared before NEXT sees them first, and then used again and again */
  void *cookie;
  /* Fills UNIT. False: there are no more. One call at a time. */
  bool (*next)(void *cookie, void *unit);
  /* In several threads at once; WORKER is below THREADS. */
  void (*work)(void *cookie, unsigned worker, void *unit);
  /* In the order of NEXT, one call at a time, but perhaps while NEXT runs. False stops the whole: no more units are
   * fetched, and FINISH is not called again. */
  bool (*finish)(void *cookie, void *unit);
  /* For each unit at the end. */
  void (*release)(void *cookie, void *unit);
} us_pool_plan;

/* Until NEXT has no more or FINISH stops it. Where fewer threads can be had, they do. Errors: NOMEM. */
unspin_status us_pool_run(const us_pool_plan *plan, unspin_error *err);

/* Processors that this process may use, at least 1. */
unsigned us_pool_processors(void);

#endif
