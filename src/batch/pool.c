#define _GNU_SOURCE /* sched_getaffinity */
#include "batch/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

typedef enum state { FREE, BUSY, DONE } state;

typedef struct pool {
  const us_pool_plan *plan;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  char *units;
  state *states;
  size_t head, count; /* the oldest unit's place in the ring, and how many there are */
  bool fetching, finishing;
  bool ended, stopped; /* NEXT has no more; FINISH wants no more */
} pool;

typedef struct worker {
  pool *pool;
  unsigned number;
  pthread_t thread;
} worker;

static void *unit_at(pool *p, size_t i) { return p->units + i * p->plan->unit_size; }

/* Hands on what is due. Called and returns with the lock held. */
static void hand_on(pool *p) {
  while (!p->stopped && p->count && p->states[p->head] == DONE) {
    p->finishing = true;
    pthread_mutex_unlock(&p->lock);
    bool more = p->plan->finish(p->plan->cookie, unit_at(p, p->head));
    pthread_mutex_lock(&p->lock);
    p->finishing = false;
    p->stopped |= !more;
    p->states[p->head] = FREE;
    p->head = (p->head + 1) % p->plan->window;
    p->count--;
  }
  pthread_cond_broadcast(&p->changed);
}

/* Fetches a unit and does it. Called and returns with the lock held. */
static void fetch_and_work(pool *p, unsigned number) {
  size_t i = (p->head + p->count) % p->plan->window;
  p->states[i] = BUSY;
  p->count++;
  p->fetching = true;
  pthread_mutex_unlock(&p->lock);
  bool got = p->plan->next(p->plan->cookie, unit_at(p, i));
  pthread_mutex_lock(&p->lock);
  p->fetching = false;
  if (!got) { /* it is the newest: nobody fetched meanwhile */
    p->ended = true;
    p->states[i] = FREE;
    p->count--;
    pthread_cond_broadcast(&p->changed);
    return;
  }
  pthread_cond_broadcast(&p->changed);
  pthread_mutex_unlock(&p->lock);
  p->plan->work(p->plan->cookie, number, unit_at(p, i));
  pthread_mutex_lock(&p->lock);
  p->states[i] = DONE;
}

static void *run_worker(void *argument) {
  worker *w = argument;
  pool *p = w->pool;
  pthread_mutex_lock(&p->lock);
  while (!p->stopped) {
    if (p->count && p->states[p->head] == DONE && !p->finishing) hand_on(p);
    else if (!p->ended && !p->fetching && p->count < p->plan->window) fetch_and_work(p, w->number);
    else if (p->ended && !p->count) break;
    else pthread_cond_wait(&p->changed, &p->lock);
  }
  pthread_cond_broadcast(&p->changed);
  pthread_mutex_unlock(&p->lock);
  return NULL;
}

static void run_all(pool *p, worker *workers) {
  unsigned started = 1; /* worker 0 is the caller */
  for (; started < p->plan->threads; started++) {
    workers[started] = (worker){.pool = p, .number = started};
    if (pthread_create(&workers[started].thread, NULL, run_worker, &workers[started]) != 0) break;
  }
  workers[0] = (worker){.pool = p};
  run_worker(&workers[0]);
  for (unsigned i = 1; i < started; i++) pthread_join(workers[i].thread, NULL);
}

unspin_status us_pool_run(const us_pool_plan *plan, unspin_error *err) {
  pool p = {.plan = plan, .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
  p.units = calloc(plan->window, plan->unit_size);
  p.states = calloc(plan->window, sizeof *p.states);
  worker *workers = calloc(plan->threads, sizeof *workers);
  bool ready = p.units && p.states && workers;
  if (ready) {
    run_all(&p, workers);
    for (size_t i = 0; i < plan->window; i++) plan->release(plan->cookie, unit_at(&p, i));
  }
  free(workers);
  free(p.states);
  free(p.units);
  pthread_cond_destroy(&p.changed);
  pthread_mutex_destroy(&p.lock);
  return ready ? UNSPIN_OK : us_nomem(err);
}

unsigned us_pool_processors(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return (unsigned)CPU_COUNT(&set);
  long n = sysconf(_SC_NPROCESSORS_ONLN);
  return n > 0 ? (unsigned)n : 1;
}
