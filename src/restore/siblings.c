/* siblings.c - what other spins of the article say. */
#include "restore/siblings.h"

#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "restore/pass.h"

enum {
  MOST_REGION = 64, /* words between two that are the same in both, beyond which nothing is concluded */
  SLACK = 2,        /* words by which a place may have moved between them */
  LEAST_ALIKE =
      40, /* percent of the document's words that a text must share with it, in order, to be a spin of the same */
  MOST_OFFER = 3 /* words on either side of what a sibling offers */
};

typedef struct sibling {
  us_slice text;
  us_token_vec tokens;
  uint64_t *words;  /* keys of the folded tokens */
  uint64_t *offers; /* open addressing: what each word could have been; 0: free */
  size_t offer_count, offer_size;
  uint32_t *match; /* of each token of the document: the sibling's; NULL: the two are not alike */
} sibling;

struct us_siblings {
  sibling *list;
  size_t count;
  us_token_vec tokens; /* of the document */
  uint64_t *words;
  bool aligned;
};

static void free_sibling(sibling *b) {
  us_vec_free(&b->tokens);
  free(b->words);
  free(b->offers);
  free(b->match);
}

void us_siblings_free(unspin_session *s) {
  struct us_siblings *all = s->siblings;
  if (!all) return;
  for (size_t i = 0; i < all->count; i++) free_sibling(&all->list[i]);
  free(all->list);
  us_vec_free(&all->tokens);
  free(all->words);
  free(all);
  s->siblings = NULL;
}

size_t us_siblings_count(const unspin_session *s) {
  return s->siblings && s->siblings->aligned ? s->siblings->count : 0;
}

/* ---- reading ---- */

static uint64_t *read_words(unspin_session *s, us_slice text, us_token_vec *tokens) {
  tokens->n = 0;
  if (!us_tokenize(text, NULL, tokens)) return NULL;
  uint64_t *words = malloc((tokens->n + 1) * sizeof *words);
  for (size_t i = 0; words && i < tokens->n; i++) {
    us_buf_clear(&s->fold);
    us_fold(&s->fold, us_token_text(text, tokens->p[i]));
    words[i] = us_evidence_key(us_buf_slice(&s->fold));
  }
  if (!s->fold.failed) return words;
  free(words);
  return NULL;
}

/* The token that begins at BYTE, or US_NO_MATCH. */
static uint32_t token_at(const us_token_vec *t, size_t byte) {
  size_t low = 0, high = t->n;
  while (low < high) {
    size_t mid = (low + high) / 2;
    if (t->p[mid].begin < byte) low = mid + 1;
    else high = mid;
  }
  return low < t->n && t->p[low].begin == byte ? (uint32_t)low : US_NO_MATCH;
}

static uint64_t offer_key(uint32_t at, uint64_t words) {
  uint64_t key = (words ^ (at + 1) * 0x9E3779B97F4A7C15ull) * 0xD6E8FEB86659FD93ull;
  return key ? key : 1;
}

static uint64_t *offer_slot(uint64_t *slots, size_t size, uint64_t key) {
  size_t at = (size_t)(key >> 20) & (size - 1);
  while (slots[at] && slots[at] != key) at = (at + 1) & (size - 1);
  return &slots[at];
}

static bool grow_offers(sibling *b) {
  size_t size = b->offer_size ? b->offer_size * 2 : 4096;
  uint64_t *fresh = calloc(size, sizeof *fresh);
  if (!fresh) return false;
  for (size_t i = 0; i < b->offer_size; i++)
    if (b->offers[i]) *offer_slot(fresh, size, b->offers[i]) = b->offers[i];
  free(b->offers);
  b->offers = fresh;
  b->offer_size = size;
  return true;
}

static bool add_offer(sibling *b, uint64_t key) {
  if (b->offer_count * 2 >= b->offer_size && !grow_offers(b)) return false;
  uint64_t *slot = offer_slot(b->offers, b->offer_size, key);
  b->offer_count += !*slot;
  *slot = key;
  return true;
}

static bool gather_page(unspin_session *s, void *context) {
  (void)context;
  return us_gather(s);
}

static bool offer_page(unspin_session *s, void *context) {
  sibling *b = context;
  const us_page *p = &s->page;
  if (!us_suggest(s)) return false;
  for (size_t i = 0; i < p->arcs.n; i++) {
    const us_arc *a = &p->arcs.p[i];
    uint32_t at = token_at(&b->tokens, p->offset + p->tokens.p[a->first].begin);
    if (at != US_NO_MATCH && !add_offer(b, offer_key(at, a->key))) return false;
  }
  return true;
}

static bool read_sibling(unspin_session *s, unspin_text text, sibling *b) {
  b->text = (us_slice){text.len ? text.text : "", text.len};
  b->words = read_words(s, b->text, &b->tokens);
  if (!b->words || !us_begin_document(s) || !us_sweep(s, b->text, gather_page, NULL)) return false;
  s->dialect = s->options->dialect ? s->options->dialect : us_evidence_dialect(&s->evidence);
  us_remembered_begin(s);
  return us_sweep(s, b->text, offer_page, b);
}

bool us_siblings_begin(unspin_session *s) {
  us_siblings_free(s);
  const unspin_options *o = s->options;
  if (!o->sibling_count) return true;
  if (o->fast && !us_suspicion_begin(s)) return false;
  struct us_siblings *all = calloc(1, sizeof *all);
  sibling *list = calloc(o->sibling_count, sizeof *list);
  bool ok = all && list;
  for (size_t i = 0; ok && i < o->sibling_count; i++) ok = read_sibling(s, o->siblings[i], &list[i]);
  if (all) {
    *all = (struct us_siblings){.list = list, .count = list ? o->sibling_count : 0};
    s->siblings = all;
  } else free(list);
  return ok;
}

/* Another article on the topic would make noise only. */
static void drop_stranger(sibling *b, size_t words) {
  size_t same = 0;
  for (size_t i = 0; i < words; i++) same += b->match[i] != US_NO_MATCH;
  if (same * 100 >= words * LEAST_ALIKE) return;
  free(b->match);
  b->match = NULL;
}

bool us_siblings_align(unspin_session *s, us_slice document) {
  struct us_siblings *all = s->siblings;
  if (!all) return true;
  free(all->words);
  all->aligned = false;
  all->words = read_words(s, document, &all->tokens);
  if (!all->words) return false;
  for (size_t i = 0; i < all->count; i++) {
    sibling *b = &all->list[i];
    free(b->match);
    b->match = malloc((all->tokens.n + 1) * sizeof *b->match);
    if (!b->match || !us_sibling_align(all->words, all->tokens.n, b->words, b->tokens.n, b->match)) return false;
    drop_stranger(b, all->tokens.n);
  }
  all->aligned = true;
  return true;
}

void us_siblings_set_aside(unspin_session *s) {
  if (s->siblings) s->siblings->aligned = false;
}

/* ---- what stands there ---- */

/* Tokens [from, to) of the document and [other_from, other_to) of the sibling: between two that are the same. */
typedef struct region {
  size_t from, to, other_from, other_to;
} region;

/* The narrowest that holds [first, last). */
static bool region_around(const struct us_siblings *all, const sibling *b, size_t first, size_t last, region *r) {
  *r = (region){.from = first, .to = last, .other_to = b->tokens.n};
  while (r->from > 0 && b->match[r->from - 1] == US_NO_MATCH && last - r->from < MOST_REGION) r->from--;
  while (r->to < all->tokens.n && b->match[r->to] == US_NO_MATCH && r->to - first < MOST_REGION) r->to++;
  if (r->from > 0) {
    if (b->match[r->from - 1] == US_NO_MATCH) return false;
    r->other_from = b->match[r->from - 1] + 1;
  }
  if (r->to < all->tokens.n) {
    if (b->match[r->to] == US_NO_MATCH) return false;
    r->other_to = b->match[r->to];
  }
  return r->other_from < r->other_to && r->other_to - r->other_from <= MOST_REGION;
}

static bool is_same(const sibling *b, size_t first, size_t last) {
  for (size_t i = first; i < last; i++)
    if (b->match[i] == US_NO_MATCH || (i > first && b->match[i] != b->match[i - 1] + 1)) return false;
  return true;
}

/* Whether the sibling's token J may be where the document's stretch that begins at FIRST and ends at LAST is, if N
 * tokens of the sibling stand for it: counted from either end of the region. */
static bool is_near(const region *r, size_t first, size_t last, size_t j, size_t n) {
  size_t left = first - r->from, other_left = j - r->other_from, right = r->to - last,
         other_right = r->other_to - j - n;
  size_t off_left = left > other_left ? left - other_left : other_left - left,
         off_right = right > other_right ? right - other_right : other_right - right;
  return off_left <= SLACK || off_right <= SLACK;
}

static bool has_words(const sibling *b, const region *r, size_t first, size_t last, const us_arc *arc) {
  size_t n = arc->word_count;
  for (size_t j = r->other_from; n && j + n <= r->other_to; j++) {
    if (!is_near(r, first, last, j, n)) continue;
    size_t k = 0;
    while (k < n && b->words[j + k] == arc->words[k].key) k++;
    if (k == n) return true;
  }
  return false;
}

static bool could_be(const sibling *b, const region *r, size_t first, size_t last, const us_arc *arc) {
  if (!b->offer_size) return false;
  for (size_t j = r->other_from; j < r->other_to; j++) {
    if (!is_near(r, first, last, j, 1)) continue;
    if (*offer_slot(b->offers, b->offer_size, offer_key((uint32_t)j, arc->key))) return true;
  }
  return false;
}

us_sibling_stand us_siblings_stand(const unspin_session *s, const us_arc *arc, size_t i) {
  const us_page *p = &s->page;
  const struct us_siblings *all = s->siblings;
  const sibling *b = &all->list[i];
  size_t first = token_at(&all->tokens, p->offset + p->tokens.p[arc->first].begin),
         last = first + (arc->last - arc->first);
  region r;
  if (!b->match || first == US_NO_MATCH || last > all->tokens.n) return US_SIBLING_ABSENT;
  if (is_same(b, first, last)) return US_SIBLING_SAME;
  if (!region_around(all, b, first, last, &r)) return US_SIBLING_ABSENT;
  if (has_words(b, &r, first, last, arc)) return US_SIBLING_HAS;
  return could_be(b, &r, first, last, arc) ? US_SIBLING_COMMON : US_SIBLING_OTHER;
}

double us_siblings_odds(const unspin_session *s, const us_arc *arc) {
  const us_sibling_settings *w = &s->knowledge->engine.sibling;
  double sum = 0;
  int have = 0, same = 0;
  for (size_t i = 0; i < us_siblings_count(s); i++) switch (us_siblings_stand(s, arc, i)) {
      case US_SIBLING_ABSENT: break;
      case US_SIBLING_SAME:
        sum += w->same;
        same++;
        break;
      case US_SIBLING_HAS:
        sum += w->has;
        have++;
        break;
      case US_SIBLING_COMMON: sum += w->common; break;
      case US_SIBLING_OTHER: sum += w->other; break;
    }
  return have > 1 && !same ? sum + w->agree * (have - 1) : sum;
}

double us_siblings_own_odds(const unspin_session *s, const us_arc *arc) {
  const us_sibling_settings *w = &s->knowledge->engine.sibling;
  return w->offer + w->offer_model * (double)arc->model;
}

/* ---- what they offer ---- */

static bool is_plain_word(us_token t) { return t.kind == US_TOK_WORD && t.shape == US_SHAPE_LOWER; }

static bool is_function(const unspin_session *s, us_slice word) {
  return us_forms_flags(s->knowledge->forms, us_forms_word(s->knowledge->forms, word)) & US_WF_FUNCTION;
}

/* The sibling's tokens [from, to) in place of the page's [first, last). */
static bool offer(unspin_session *s, const sibling *b, size_t from, size_t to, uint32_t first, uint32_t last) {
  bool content = false;
  us_buf_clear(&s->text);
  for (size_t i = from; i < to; i++) {
    us_slice word = us_token_text(b->text, b->tokens.p[i]);
    if (!is_plain_word(b->tokens.p[i])) return true;
    if (i > from && (b->tokens.p[i].flags & (US_TF_SENTENCE | US_TF_LINE) || !(b->tokens.p[i].flags & US_TF_SPACE)))
      return true;
    if (i > from) us_buf_putc(&s->text, ' ');
    us_buf_append(&s->text, word);
    content |= !is_function(s, word);
  }
  if (!content || s->text.failed) return !s->text.failed;
  us_arc arc = {.first = first, .last = last, .head = UINT32_MAX, .expression = US_ARC_SIBLING};
  us_buf_clear(&s->fold);
  us_apply_shape(&s->fold, us_buf_slice(&s->text), us_phrase_shape(&s->page, first, last));
  char *copy = s->fold.failed ? NULL : us_arena_copy(&s->arena, us_buf_slice(&s->fold));
  arc.after = (us_slice){copy, s->fold.n};
  return copy && us_arc_add(s, &arc);
}

/* A whole region that both have few words in; and, where both have equally many, word for word. */
static bool offer_at(unspin_session *s, const sibling *b, uint32_t first, size_t at) {
  const us_page *p = &s->page;
  region r;
  if (!b->match || b->match[at] != US_NO_MATCH || !region_around(s->siblings, b, at, at + 1, &r)) return true;
  size_t n = r.to - r.from, m = r.other_to - r.other_from;
  if (n == m && n > 1 && us_words_open(p, first, first + 1) &&
      !offer(s, b, r.other_from + (at - r.from), r.other_from + (at - r.from) + 1, first, first + 1))
    return false;
  if (at != r.from || n > MOST_OFFER || m > MOST_OFFER || first + n > p->tokens.n) return true;
  return !us_words_open(p, first, first + (uint32_t)n) || offer(s, b, r.other_from, r.other_to, first, first + (uint32_t)n);
}

bool us_siblings_suggest_at(unspin_session *s, uint32_t first) {
  struct us_siblings *all = s->siblings;
  if (!us_siblings_count(s)) return true;
  uint32_t at = token_at(&all->tokens, s->page.offset + s->page.tokens.p[first].begin);
  for (size_t i = 0; at != US_NO_MATCH && i < all->count; i++)
    if (!offer_at(s, &all->list[i], first, at)) return false;
  return true;
}
