/* Which block of words is best shifted, and how often that pays: the search of tercom with the limits of sacreBLEU. It
 * is no search for the best of all ways, and what it passes over belongs to the definition of TER as much as what it
 * takes: every limit and every order of trying below shows in the scores. */
#include "measure/ter.h"

enum {
  LONGEST_BLOCK = 10, /* words */
  FARTHEST = 50,      /* words between a block in the text and its like in the reference */
  MOST_TRIES = 1000   /* in a segment, over all its shifts */
};

#define NOWHERE SIZE_MAX

typedef struct shift {
  size_t start, length; /* the block */
  size_t target;        /* where to: before this word of the text */
} shift;

typedef struct search {
  us_ter *ter;
  uint32_t distance; /* before the shift */
  size_t tries;      /* over all shifts so far */
  bool found;
  int64_t gain; /* of the best */
  shift best;
  bool failed; /* out of memory */
} search;

static bool room(void *p, size_t *have, size_t want, size_t size) {
  if (want <= *have) return true;
  void *old, *fresh;
  memcpy(&old, p, sizeof old);
  fresh = want > SIZE_MAX / 4 / size ? NULL : realloc(old, want * 2 * size);
  if (!fresh) return false;
  memcpy(p, &fresh, sizeof fresh);
  *have = want * 2;
  return true;
}

static bool make_room(us_ter *t) {
  size_t n = t->text.n, m = t->reference.n;
  t->first_used = us_lexicon_count(&t->lexicon) + 1;
  return room(&t->steps, &t->step_room, n + m, sizeof *t->steps) &&
         room(&t->place, &t->place_room, m, sizeof *t->place) && room(&t->next, &t->next_room, m, sizeof *t->next) &&
         room(&t->first, &t->first_room, t->first_used, sizeof *t->first) &&
         room(&t->text_wrong, &t->text_room, n + 1, sizeof *t->text_wrong) &&
         room(&t->reference_wrong, &t->reference_room, m + 1, sizeof *t->reference_wrong);
}

/* Lays the text against the reference along the cheapest rewriting. */
static void align(us_ter *t) {
  size_t i = 0, j = 0, count = us_ter_band_trace(&t->band, t->text.p, t->steps);
  t->text_wrong[0] = t->reference_wrong[0] = 0;
  while (count--) {
    us_ter_step step = t->steps[count];
    uint32_t wrong = step != US_TER_KEEP;
    if (step != US_TER_REFERENCE_ONLY) {
      t->text_wrong[i + 1] = t->text_wrong[i] + wrong;
      i++;
    }
    if (step != US_TER_TEXT_ONLY) {
      t->reference_wrong[j + 1] = t->reference_wrong[j] + wrong;
      t->place[j++] = i;
    }
  }
}

/* The words that a shift changes the order of, into ter->moved; they stand from *BEGIN to *END - 1. */
static bool move(us_ter *t, shift s, size_t *begin, size_t *end) {
  const uint32_t *words = t->text.p;
  size_t block_end = s.start + s.length;
  /* a target inside the block moves it on by so many words */
  size_t to = s.target < s.start || s.target > block_end ? s.target : s.target + s.length;
  if (to > t->text.n) to = t->text.n;
  bool back = to < s.start, ok = true;
  *begin = back ? to : s.start;
  *end = back ? block_end : to;
  t->moved.n = 0;
  for (size_t i = s.start; back && i < block_end && ok; i++) ok = us_vec_push(&t->moved, words[i]);
  for (size_t i = back ? to : block_end; i < (back ? s.start : to) && ok; i++) ok = us_vec_push(&t->moved, words[i]);
  for (size_t i = s.start; !back && i < block_end && ok; i++) ok = us_vec_push(&t->moved, words[i]);
  return ok;
}

/* Of equal gains the longer block counts, then the one that begins earlier, then the target that comes earlier. */
static bool better(const search *x, int64_t gain, shift s) {
  if (!x->found || gain != x->gain) return !x->found || gain > x->gain;
  if (s.length != x->best.length) return s.length > x->best.length;
  if (s.start != x->best.start) return s.start < x->best.start;
  return s.target < x->best.target;
}

static void try_shift(search *x, shift s) {
  size_t begin, end;
  if (!move(x->ter, s, &begin, &end)) {
    x->failed = true;
    return;
  }
  int64_t gain = (int64_t)x->distance - us_ter_band_try(&x->ter->band, x->ter->moved.p, begin, end);
  x->tries++;
  if (!better(x, gain, s)) return;
  x->found = true;
  x->gain = gain;
  x->best = s;
}

/* The block of LENGTH at START in the text is the same as the one at THERE in the reference: tries to put it to where
 * the reference has it, before and behind each of its words. */
static void try_block(search *x, size_t start, size_t there, size_t length) {
  const us_ter *t = x->ter;
  if (t->text_wrong[start + length] == t->text_wrong[start]) return;           /* it is right where it stands */
  if (t->reference_wrong[there + length] == t->reference_wrong[there]) return; /* nothing is missing there */
  if (t->place[there] > start && t->place[there] <= start + length) return;    /* it would move into itself */
  size_t before = SIZE_MAX;
  for (size_t j = there; j <= there + length && !x->failed; j++) { /* behind the word before j */
    size_t target = j ? t->place[j - 1] : 0;
    if (target == before) continue;
    before = target;
    try_shift(x, (shift){start, length, target});
  }
}

/* Where each word of the reference stands next, so that a word of the text finds its likes without a search. */
static void index_reference(us_ter *t) {
  for (size_t j = t->reference.n; j-- > 0;) {
    size_t *first = &t->first[t->reference.p[j]];
    t->next[j] = *first;
    *first = j;
  }
}

static void try_blocks(search *x, size_t i, size_t j, size_t longest) {
  const us_ids *text = &x->ter->text, *reference = &x->ter->reference;
  for (size_t k = 0; k < longest && j + k < reference->n && text->p[i + k] == reference->p[j + k]; k++) {
    try_block(x, i, j, k + 1);
    if (x->failed || x->tries >= MOST_TRIES) return;
  }
}

static void find_shift(search *x) {
  us_ter *t = x->ter;
  memset(t->first, 0xFF, t->first_used * sizeof *t->first);
  index_reference(t);
  for (size_t i = 0; i < t->text.n; i++) {
    size_t longest = t->text.n - i < LONGEST_BLOCK ? t->text.n - i : LONGEST_BLOCK;
    if (t->text_wrong[i + longest] == t->text_wrong[i]) continue; /* all blocks from here are right as they are */
    size_t *first = &t->first[t->text.p[i]];
    while (*first != NOWHERE && *first + FARTHEST < i) *first = t->next[*first];
    for (size_t j = *first; j != NOWHERE && j <= i + FARTHEST; j = t->next[j]) {
      try_blocks(x, i, j, longest);
      if (x->failed || x->tries >= MOST_TRIES) return;
    }
  }
}

static bool apply(us_ter *t, shift s) {
  size_t begin, end;
  if (!move(t, s, &begin, &end)) return false;
  memcpy(t->text.p + begin, t->moved.p, (end - begin) * sizeof *t->moved.p);
  return true;
}

bool us_ter_edits(us_ter *t, uint64_t *edits) {
  size_t n = t->text.n, m = t->reference.n, tries = 0;
  *edits = n > m ? n : m;
  if (!n || !m) return true;
  if (!us_ter_band_open(&t->band, n, t->reference.p, m) || !make_room(t)) return false;
  for (uint64_t shifts = 0;; shifts++) {
    search x = {.ter = t, .distance = us_ter_band_fill(&t->band, t->text.p), .tries = tries};
    *edits = shifts + x.distance;
    if (!x.distance) return true;
    align(t);
    find_shift(&x);
    if (x.failed) return false;
    /* a search that ends at its limit takes back even the shift that it has found */
    if (x.tries >= MOST_TRIES || !x.found || x.gain <= 0) return true;
    if (!apply(t, x.best)) return false;
    tries = x.tries;
  }
}
