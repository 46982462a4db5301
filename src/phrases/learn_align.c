#include "phrases/learn_align.h"

#include <math.h>

/* The weights of engine experiments; a block of two single words costs BLOCK. */
static const float BLOCK = -1.0f, LONGER = -1.7f, UNEVEN = -0.3f, SAME_TAG = 0.6f, SAME_PREFIX = 0.8f, SEEN = 0.7f,
                   DROPPED = -4.2f, HARD = -4.0f, HARD_PAIR = -1.0f, MIXED = -1.0f;

static inline uint64_t mix(uint64_t h, uint32_t word) {
  h = (h ^ word) * 0x9E3779B97F4A7C15ull;
  return h ^ h >> 31;
}

static inline uint64_t join(uint64_t spun, uint64_t plain) {
  uint64_t h = spun * 0xBF58476D1CE4E5B9ull + (plain ^ plain >> 27) * 0x94D049BB133111EBull;
  return h ^ h >> 30;
}

static uint64_t side_key(const us_learn_words *w, const uint32_t *tokens, size_t n) {
  uint64_t h = n;
  for (size_t i = 0; i < n; i++) h = mix(h, us_learn_type_of(w, tokens[i])->lemma);
  return h;
}

uint64_t us_block_key(const us_learn_words *w, const uint32_t *spun, size_t n, const uint32_t *plain, size_t m) {
  return join(side_key(w, spun, n), side_key(w, plain, m));
}

/* One side of a run, prepared. */
typedef struct side {
  const us_learn_type *type[US_LEARN_RUN];
  uint64_t key[US_LEARN_RUN][US_LEARN_WORDS + 1]; /* of the words from here on, by length */
  uint8_t most[US_LEARN_RUN];                     /* the longest block that may start here */
  size_t n;
} side;

static void prepare(side *s, const us_learn_words *w, const uint32_t *tokens, size_t n) {
  s->n = n;
  for (size_t i = 0; i < n; i++) s->type[i] = us_learn_type_of(w, tokens[i]);
  for (size_t i = 0; i < n; i++) {
    size_t k = 1;
    if (!(s->type[i]->flags & US_LT_HARD))
      while (k < US_LEARN_WORDS && i + k < n && !(tokens[i + k] & US_LEARN_BREAK) &&
             !(s->type[i + k]->flags & US_LT_HARD))
        k++;
    s->most[i] = (uint8_t)k;
    for (size_t len = 1; len <= k; len++) s->key[i][len] = side_key(w, tokens + i, len);
  }
}

/* The tag that a stretch of words has as a whole: that of a verb it begins with, else of its last word. */
static uint8_t whole_tag(const side *s, size_t at, size_t n) {
  uint8_t first = s->type[at]->tag;
  return us_tag_pos((us_tag)first) == US_POS_VERB ? first : s->type[at + n - 1]->tag;
}

static bool share_prefix(const side *a, size_t i, size_t n, const side *b, size_t j, size_t m) {
  for (size_t x = i; x < i + n; x++)
    for (size_t y = j; a->type[x]->prefix && y < j + m; y++)
      if (a->type[x]->prefix == b->type[y]->prefix) return true;
  return false;
}

static bool is_function(const us_learn_type *t) { return us_tag_pos((us_tag)t->tag) == US_POS_FUNCTION; }

static float block_score(const us_aligner *al, const side *a, size_t i, size_t n, const side *b, size_t j, size_t m) {
  bool hard_a = a->type[i]->flags & US_LT_HARD, hard_b = b->type[j]->flags & US_LT_HARD;
  if (hard_a && hard_b) return n == 1 && m == 1 ? HARD_PAIR : -INFINITY;
  if (hard_a || hard_b) return n == 1 && m == 1 ? HARD : -INFINITY;
  float score = BLOCK + LONGER * (float)((n > m ? n : m) - 1) + UNEVEN * (float)(n > m ? n - m : m - n);
  if (whole_tag(a, i, n) == whole_tag(b, j, m)) score += SAME_TAG;
  if (share_prefix(a, i, n, b, j, m)) score += SAME_PREFIX;
  if (n == 1 && m == 1 && is_function(a->type[i]) != is_function(b->type[j])) score += MIXED;
  uint32_t seen = us_learn_tally_get(al->seen, join(a->key[i][n], b->key[j][m]));
  if (seen > 1) score += SEEN * logf((float)seen);
  return score;
}

static inline us_align_cell *cell(us_aligner *al, size_t i, size_t j) { return &al->cells[i * (US_LEARN_RUN + 1) + j]; }

static void offer(us_align_cell *to, float score, size_t n, size_t m) {
  if (score > to->score) *to = (us_align_cell){score, (uint8_t)n, (uint8_t)m};
}

static void spread(us_aligner *al, const side *a, size_t i, const side *b, size_t j) {
  float here = cell(al, i, j)->score;
  if (i < a->n) offer(cell(al, i + 1, j), here + DROPPED, 1, 0);
  if (j < b->n) offer(cell(al, i, j + 1), here + DROPPED, 0, 1);
  if (i == a->n || j == b->n) return;
  for (size_t n = 1; n <= a->most[i]; n++)
    for (size_t m = 1; m <= b->most[j]; m++)
      offer(cell(al, i + n, j + m), here + block_score(al, a, i, n, b, j, m), n, m);
}

size_t us_align_run(us_aligner *al, const uint32_t *spun, size_t n, const uint32_t *plain, size_t m) {
  if (n > US_LEARN_RUN || m > US_LEARN_RUN || n == 0 || m == 0) return 0;
  if (n == 1 && m == 1) {
    al->blocks[0] = (us_block){0, 1, 0, 1};
    return 1;
  }
  side a, b;
  prepare(&a, al->words, spun, n);
  prepare(&b, al->words, plain, m);
  for (size_t i = 0; i <= n; i++)
    for (size_t j = 0; j <= m; j++) *cell(al, i, j) = (us_align_cell){.score = -INFINITY};
  cell(al, 0, 0)->score = 0;
  for (size_t i = 0; i <= n; i++)
    for (size_t j = 0; j <= m; j++)
      if (cell(al, i, j)->score > -INFINITY) spread(al, &a, i, &b, j);
  size_t count = 0;
  for (size_t i = n, j = m; i > 0 || j > 0; count++) {
    const us_align_cell *c = cell(al, i, j);
    i -= c->spun_n;
    j -= c->plain_n;
    al->blocks[count] = (us_block){(uint8_t)i, c->spun_n, (uint8_t)j, c->plain_n};
  }
  for (size_t k = 0; k < count / 2; k++) {
    us_block swap = al->blocks[k];
    al->blocks[k] = al->blocks[count - 1 - k];
    al->blocks[count - 1 - k] = swap;
  }
  return count;
}
