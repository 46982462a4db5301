#include "cli/clean_census.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>

struct clean_census {
  pthread_t thread;
  us_inputs_plan plan;
  us_shard shard;
  atomic_bool stop, known;
  uint64_t files, bytes; /* readable once KNOWN */
};

static bool count_next(clean_census *c, us_inputs *inputs) {
  us_input input;
  bool more = false;
  if (us_inputs_next(inputs, &input, &more, NULL) || !more) return false;
  struct stat st;
  if (!us_shard_has_path(c->shard, input.below) || stat(input.path, &st) != 0) return true;
  c->files++;
  c->bytes += (uint64_t)st.st_size;
  return true;
}

static void *count(void *argument) {
  clean_census *c = argument;
  us_inputs *inputs;
  if (us_inputs_open(&c->plan, &inputs, NULL)) return NULL;
  bool more = true;
  while (more && !atomic_load(&c->stop)) more = count_next(c, inputs);
  us_inputs_close(inputs);
  if (!more) atomic_store(&c->known, true);
  return NULL;
}

clean_census *clean_census_begin(const us_inputs_plan *plan, us_shard shard) {
  clean_census *c = calloc(1, sizeof *c);
  if (!c) return NULL;
  c->plan = *plan;
  c->plan.watch = (us_walk_watch){0}; /* the work itself tells */
  c->shard = shard;
  if (pthread_create(&c->thread, NULL, count, c) == 0) return c;
  free(c);
  return NULL;
}

bool clean_census_known(const clean_census *census, uint64_t *files, uint64_t *bytes) {
  if (!census || !atomic_load(&census->known)) return false;
  *files = census->files;
  *bytes = census->bytes;
  return true;
}

void clean_census_end(clean_census *census) {
  if (!census) return;
  atomic_store(&census->stop, true);
  pthread_join(census->thread, NULL);
  free(census);
}
