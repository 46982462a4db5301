/* votes.c - spinners put several words for one: where "danger", "hazard" and "peril" stand, each may have been "risk",
 * and together they say so. */
#include <math.h>
#include <stdlib.h>

#include "restore/page.h"

/* Slots of the table, a power of two; entries that find no place are not counted. */
enum { SLOTS = 1 << 15, PROBES = 16, MOST_SPUN = 4 };

typedef struct vote {
  uint64_t plain; /* counts only if YEAR is the table's: so the table need not be emptied for each document */
  uint64_t year;
  uint64_t spun[MOST_SPUN]; /* the words that voted, so that none votes twice */
  float weight[MOST_SPUN];
} vote;

struct us_votes {
  uint64_t year;
  vote slot[SLOTS];
};

bool us_votes_reset(unspin_session *s) {
  if (!s->votes) s->votes = calloc(1, sizeof *s->votes);
  if (s->votes) s->votes->year++;
  return s->votes != NULL;
}

void us_votes_free(unspin_session *s) { free(s->votes); }

static vote *find(const unspin_session *s, uint64_t plain, bool add) {
  if (!s->votes) return NULL;
  for (uint32_t i = 0; i < PROBES; i++) {
    vote *v = &s->votes->slot[(plain + i) & (SLOTS - 1)];
    bool free = v->year != s->votes->year;
    if (!free && v->plain == plain) return v;
    if (!free) continue;
    if (!add) return NULL;
    *v = (vote){.plain = plain, .year = s->votes->year};
    return v;
  }
  return NULL;
}

/* Each candidate votes for its plain words, by how much likelier they are there than what stands there. */
void us_votes_add(unspin_session *s) {
  const us_page *p = &s->page;
  for (size_t i = 0; i < p->arcs.n; i++) {
    const us_arc *a = &p->arcs.p[i];
    float gain = a->model;
    if (gain <= 0 || a->last - a->first > 1) continue;
    vote *v = find(s, a->key, true);
    uint64_t spun = p->lexemes[a->first].key;
    if (!v) continue;
    for (int k = 0; k < MOST_SPUN; k++) {
      if (v->spun[k] && v->spun[k] != spun) continue;
      v->spun[k] = spun;
      float weight = gain > 2 ? 1 : gain / 2;
      if (weight > v->weight[k]) v->weight[k] = weight;
      break;
    }
  }
}

void us_votes_prefetch(const unspin_session *s, uint64_t plain) {
  if (s->votes) __builtin_prefetch(&s->votes->slot[plain & (SLOTS - 1)]);
}

float us_votes_of(const unspin_session *s, uint64_t plain, uint64_t spun) {
  const vote *v = find(s, plain, false);
  if (!v) return 0;
  float sum = 0;
  for (int k = 0; k < MOST_SPUN; k++)
    if (v->spun[k] != spun) sum += v->weight[k];
  return logf(1 + sum);
}
