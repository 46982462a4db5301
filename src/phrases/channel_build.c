#include "phrases/channel_build.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/image.h"
#include "base/numbering.h"

/* A plain word that clean text holds less often than this (of 75 million words) is hardly what an author wrote. */
enum { LEAST_PLAIN = 60 };
/* Each word more makes a phrase this much rarer than its rarest word, by and large. */
enum { PHRASE_LOSS = 30 };

typedef struct phrase {
  us_word word[US_CHANNEL_WORDS];
  uint8_t n, head; /* head: n if no word inflects */
} phrase;

typedef struct draft {
  uint64_t key; /* of the spun side */
  uint32_t spun, plain;
  uint8_t pos, relations, plain_rank, spun_rank, makers, last_maker;
  float simulated, emitted; /* pooled counts; the highest probability */
  float observed, judged;
  bool ready; /* the next three are as in us_channel_pair, and stand for the counts */
  uint8_t ready_simulated, ready_observed, ready_observed_count;
  float score;
} draft;

/* How often a spun phrase stood in all the learned texts, by key. */
typedef struct seen {
  uint64_t key;
  float simulated, observed;
  uint8_t last_maker;
  uint32_t last_file;
} seen;

struct us_channel_builder {
  const us_forms *forms;
  const us_syntax *syntax;
  US_VEC(draft) drafts;
  uint32_t *slots; /* index + 1, by key and plain */
  size_t slot_count;
  US_VEC(phrase) phrases;
  uint32_t *phrase_slots;
  size_t phrase_slot_count;
  seen *seen;
  size_t seen_count, seen_used;
  uint8_t maker; /* number of the simulated spinner that is being read */
  uint32_t file; /* number of the table of counts, from 1 */
  us_buf fold;
  us_numbering foreign; /* by their ids */
  US_VEC(us_slice) foreign_text;
  us_arena arena;
  US_VEC(us_channel_pair) pairs; /* after finish */
  US_VEC(uint32_t) kept;         /* draft of each pair */
};

us_channel_builder *us_channel_builder_new(const us_forms *forms, const us_syntax *syntax) {
  us_channel_builder *b = calloc(1, sizeof *b);
  if (!b) return NULL;
  b->forms = forms;
  b->syntax = syntax;
  return b;
}

void us_channel_builder_free(us_channel_builder *b) {
  if (!b) return;
  us_vec_free(&b->drafts);
  us_vec_free(&b->phrases);
  us_vec_free(&b->pairs);
  us_vec_free(&b->kept);
  free(b->slots);
  free(b->phrase_slots);
  free(b->seen);
  us_buf_free(&b->fold);
  us_numbering_free(&b->foreign);
  us_vec_free(&b->foreign_text);
  us_arena_free(&b->arena);
  free(b);
}

/* ---- phrases ---- */

static bool is_preposition(const us_syntax *syntax, us_slice word) {
  for (size_t i = 0; i < syntax->preposition_count; i++)
    if (us_slice_eq(syntax->prepositions[i], word)) return true;
  return false;
}

static us_slice word_text(us_channel_builder *b, us_word word) {
  if (!(word & US_CHANNEL_FOREIGN)) return us_forms_text(b->forms, word);
  return b->foreign_text.p[us_number_of(&b->foreign, word)];
}

/* The id of a word that the lexicon lacks; 0 when out of memory. */
static us_word add_foreign(us_channel_builder *b, us_slice folded) {
  us_word word = us_channel_foreign(folded);
  uint32_t number = us_number_of(&b->foreign, word);
  if (number < b->foreign_text.n) return word;
  const char *copy = number == UINT32_MAX ? NULL : us_arena_copy(&b->arena, folded);
  return copy && us_vec_push(&b->foreign_text, (us_slice){copy, folded.n}) ? word : 0;
}

/* Which word inflects: the first of a verb phrase, the last before a preposition of a noun phrase. */
static uint8_t head_of(us_channel_builder *b, const phrase *p, us_pos pos) {
  if (pos == US_POS_VERB) return 0;
  if (pos == US_POS_NOUN) {
    for (uint8_t i = 1; i < p->n; i++)
      if (is_preposition(b->syntax, word_text(b, p->word[i]))) return (uint8_t)(i - 1);
    return (uint8_t)(p->n - 1);
  }
  return p->n == 1 ? 0 : p->n;
}

/* False if a word is unknown (and FOREIGN ones are not asked for), has a capital, or there are too many. */
static bool parse_phrase(us_channel_builder *b, us_slice text, us_pos pos, bool foreign, phrase *out) {
  us_slice rest = text, word;
  out->n = 0;
  while (us_slice_cut(&rest, ' ', &word)) {
    us_shape shape = us_shape_of(word);
    if (!word.n || out->n == US_CHANNEL_WORDS || (shape != US_SHAPE_LOWER && shape != US_SHAPE_NONE)) return false;
    us_buf_clear(&b->fold);
    us_fold(&b->fold, word);
    us_word id = us_forms_word(b->forms, us_buf_slice(&b->fold));
    if (!id && foreign) id = add_foreign(b, us_buf_slice(&b->fold));
    if (!id) return false;
    out->word[out->n++] = id;
  }
  if (!out->n) return false;
  out->head = head_of(b, out, pos);
  return true;
}

static uint64_t phrase_hash(const phrase *p) {
  return us_hash_seed((us_slice){(const char *)p->word, p->n * sizeof *p->word}, p->head);
}

static bool same_phrase(const phrase *a, const phrase *b) {
  return a->n == b->n && a->head == b->head && memcmp(a->word, b->word, a->n * sizeof *a->word) == 0;
}

static bool grow_phrase_slots(us_channel_builder *b) {
  size_t size = b->phrase_slot_count ? b->phrase_slot_count * 2 : 1024;
  uint32_t *p = calloc(size, sizeof *p);
  if (!p) return false;
  for (uint32_t i = 0; i < b->phrases.n; i++) {
    size_t at = phrase_hash(&b->phrases.p[i]) & (size - 1);
    while (p[at]) at = (at + 1) & (size - 1);
    p[at] = i + 1;
  }
  free(b->phrase_slots);
  b->phrase_slots = p;
  b->phrase_slot_count = size;
  return true;
}

/* The phrase's number; UINT32_MAX when out of memory. */
static uint32_t intern(us_channel_builder *b, const phrase *p) {
  if ((b->phrases.n + 1) * 2 > b->phrase_slot_count && !grow_phrase_slots(b)) return UINT32_MAX;
  size_t at = phrase_hash(p) & (b->phrase_slot_count - 1);
  for (; b->phrase_slots[at]; at = (at + 1) & (b->phrase_slot_count - 1))
    if (same_phrase(&b->phrases.p[b->phrase_slots[at] - 1], p)) return b->phrase_slots[at] - 1;
  if (!us_vec_push(&b->phrases, *p)) return UINT32_MAX;
  b->phrase_slots[at] = (uint32_t)b->phrases.n;
  return (uint32_t)b->phrases.n - 1;
}

/* ---- drafts ---- */

static uint64_t draft_hash(uint64_t key, uint32_t plain) { return (key ^ plain) * 0x9E3779B97F4A7C15ull; }

static bool grow_slots(us_channel_builder *b) {
  size_t size = b->slot_count ? b->slot_count * 2 : 1 << 16;
  uint32_t *p = calloc(size, sizeof *p);
  if (!p) return false;
  for (uint32_t i = 0; i < b->drafts.n; i++) {
    size_t at = draft_hash(b->drafts.p[i].key, b->drafts.p[i].plain) >> 20 & (size - 1);
    while (p[at]) at = (at + 1) & (size - 1);
    p[at] = i + 1;
  }
  free(b->slots);
  b->slots = p;
  b->slot_count = size;
  return true;
}

static draft *draft_for(us_channel_builder *b, uint64_t key, uint32_t spun, uint32_t plain, us_pos pos) {
  if ((b->drafts.n + 1) * 2 > b->slot_count && !grow_slots(b)) return NULL;
  size_t at = draft_hash(key, plain) >> 20 & (b->slot_count - 1);
  for (; b->slots[at]; at = (at + 1) & (b->slot_count - 1)) {
    draft *d = &b->drafts.p[b->slots[at] - 1];
    if (d->key == key && d->plain == plain) return d;
  }
  draft fresh = {.key = key, .spun = spun, .plain = plain, .pos = (uint8_t)pos};
  if (!us_vec_push(&b->drafts, fresh)) return NULL;
  b->slots[at] = (uint32_t)b->drafts.n;
  return &b->drafts.p[b->drafts.n - 1];
}

static bool grow_seen(us_channel_builder *b) {
  size_t size = b->seen_count ? b->seen_count * 2 : 1 << 14;
  seen *p = calloc(size, sizeof *p);
  if (!p) return false;
  for (size_t i = 0; i < b->seen_count; i++) {
    if (!b->seen[i].key) continue;
    size_t at = b->seen[i].key & (size - 1);
    while (p[at].key) at = (at + 1) & (size - 1);
    p[at] = b->seen[i];
  }
  free(b->seen);
  b->seen = p;
  b->seen_count = size;
  return true;
}

static seen *seen_for(us_channel_builder *b, uint64_t key) {
  if ((b->seen_used + 1) * 2 > b->seen_count && !grow_seen(b)) return NULL;
  size_t at = key & (b->seen_count - 1);
  while (b->seen[at].key && b->seen[at].key != key) at = (at + 1) & (b->seen_count - 1);
  if (!b->seen[at].key) {
    b->seen[at].key = key;
    b->seen_used++;
  }
  return &b->seen[at];
}

static void lower_rank(uint8_t *rank, uint8_t with) {
  if (with && (!*rank || with < *rank)) *rank = with;
}

static bool merge(us_channel_builder *b, draft *d, const us_channel_claim *c) {
  d->relations |= c->relation;
  lower_rank(&d->plain_rank, c->plain_rank);
  lower_rank(&d->spun_rank, c->spun_rank);
  if (c->ready) {
    d->ready = true;
    d->makers = c->makers;
    d->ready_simulated = c->simulated;
    d->ready_observed = c->seen;
    d->ready_observed_count = c->seen_count;
    d->emitted = c->emitted == US_CHANNEL_NO_P ? 0 : powf(10, us_channel_log10(c->emitted));
    return true;
  }
  if (c->judged > (double)d->judged) d->judged = (float)c->judged;
  if (c->count <= 0) return true;
  float emitted = (float)(c->count / (c->plain_count + 2));
  if (emitted > d->emitted) d->emitted = emitted;
  if (c->observed) {
    d->observed += (float)c->count;
    seen *s = seen_for(b, d->key);
    if (!s) return false;
    if (s->last_file != b->file) s->observed += (float)c->spun_count;
    s->last_file = b->file;
    return true;
  }
  d->simulated += (float)c->count;
  if (d->last_maker != b->maker) d->makers++;
  d->last_maker = b->maker;
  seen *s = seen_for(b, d->key);
  if (!s) return false;
  if (s->last_maker != b->maker) s->simulated += (float)c->spun_count;
  s->last_maker = b->maker;
  return true;
}

static uint32_t phrase_count(const us_channel_builder *b, const phrase *p) {
  uint32_t least = UINT32_MAX;
  for (uint8_t i = 0; i < p->n; i++) {
    uint32_t count = us_forms_count(b->forms, p->word[i]);
    if (count < least) least = count;
  }
  for (uint8_t i = 1; i < p->n; i++) least /= PHRASE_LOSS;
  return least;
}

unspin_status us_channel_builder_add(us_channel_builder *b, const us_channel_claim *c, unspin_error *err) {
  phrase spun, plain;
  if (!parse_phrase(b, c->plain, c->pos, false, &plain) || !parse_phrase(b, c->spun, c->pos, true, &spun))
    return UNSPIN_OK;
  if (same_phrase(&spun, &plain) || (plain.n == 1 && phrase_count(b, &plain) < LEAST_PLAIN)) return UNSPIN_OK;
  uint64_t key = us_channel_key(c->pos, spun.word, spun.n);
  uint32_t spun_id = intern(b, &spun);
  uint32_t plain_id = plain.n == 1 ? plain.word[0] : intern(b, &plain) | US_CHANNEL_PHRASE;
  if (spun_id == UINT32_MAX || plain_id == UINT32_MAX) return us_nomem(err);
  draft *d = draft_for(b, key, spun_id, plain_id, c->pos);
  return d && merge(b, d, c) ? UNSPIN_OK : us_nomem(err);
}

void us_channel_builder_next_maker(us_channel_builder *b) { b->maker++; }
void us_channel_builder_next_file(us_channel_builder *b) { b->file++; }

/* ---- writing ---- */

static phrase plain_of(const us_channel_builder *b, const draft *d) {
  if (d->plain & US_CHANNEL_PHRASE) return b->phrases.p[d->plain & ~US_CHANNEL_PHRASE];
  return (phrase){.word = {d->plain}, .n = 1, .head = 0};
}

static uint8_t simulated_of(us_channel_builder *b, const draft *d) {
  if (d->ready) return d->ready_simulated;
  seen *s = d->simulated > 0 ? seen_for(b, d->key) : NULL;
  return s ? us_channel_quantise((double)d->simulated / ((double)s->simulated + 2)) : US_CHANNEL_NO_P;
}

static uint8_t observed_of(us_channel_builder *b, const draft *d) {
  if (d->ready) return d->ready_observed;
  seen *s = d->observed > 0 ? seen_for(b, d->key) : NULL;
  return s ? us_channel_quantise((double)d->observed / ((double)s->observed + 1)) : US_CHANNEL_NO_P;
}

static uint8_t observed_count_of(const draft *d) {
  if (d->ready) return d->ready_observed_count;
  return us_channel_pack_count((double)d->observed);
}

/* What a pair is worth before anything is known of the text; only its order within the group matters. */
static float rank_score(us_channel_builder *b, const draft *d) {
  phrase plain = plain_of(b, d);
  double score = 0.8 * log10((double)phrase_count(b, &plain) + 1.0);
  if (d->relations & US_REL_SYNONYM) score += 1.0;
  if (d->relations & US_REL_NEAR) score += 0.4;
  if (d->relations & US_REL_LISTED) score += 0.5;
  if (d->relations & US_REL_REVERSE) score += 0.25;
  if (d->relations & US_REL_ROW) score += 0.5;
  if (d->relations & US_REL_TURNED) score += 0.25;
  if (d->relations & US_REL_KIN) score += 0.25;
  if (d->plain_rank) score += 0.5 / d->plain_rank;
  score += 0.35 * (d->makers < 5 ? d->makers : 5);
  if (d->makers) score += 2 + 0.5 * (double)us_channel_log10(simulated_of(b, d));
  uint8_t count = observed_count_of(d);
  if (count) score += 4 + count / 20.0;
  if (d->judged > 0) score += 4 + log10((double)d->judged);
  return (float)score;
}

static int by_key(const void *a, const void *b) {
  const draft *x = a, *y = b;
  if (x->key != y->key) return x->key < y->key ? -1 : 1;
  if (x->score != y->score) return x->score > y->score ? -1 : 1;
  return x->plain < y->plain ? -1 : x->plain > y->plain;
}

static us_channel_pair pair_of(us_channel_builder *b, const draft *d) {
  uint8_t plain_rank = d->plain_rank > 15 ? 15 : d->plain_rank, spun_rank = d->spun_rank > 15 ? 15 : d->spun_rank;
  return (us_channel_pair){.plain = d->plain,
                           .relations = d->relations,
                           .ranks = (uint8_t)(plain_rank | spun_rank << 4),
                           .makers = d->makers,
                           .simulated = simulated_of(b, d),
                           .emitted = us_channel_quantise((double)d->emitted),
                           .observed = observed_of(b, d),
                           .observed_count = observed_count_of(d),
                           .judged = us_channel_quantise((double)d->judged)};
}

/* How often, in a million spun words, the group's phrase would stand in for one of its plain ones. */
static float output_of(us_channel_builder *b, const draft *d, size_t n) {
  double million = (double)us_forms_total(b->forms) / 1e6, sum = 0;
  for (size_t i = 0; i < n; i++) {
    phrase plain = plain_of(b, &d[i]);
    double p = d[i].emitted > 0 ? (double)d[i].emitted : 0.01;
    sum += p * phrase_count(b, &plain) / million;
  }
  return (float)log10(sum + 0.01);
}

typedef struct image_parts {
  US_VEC(us_channel_group) groups; /* in key order, then hashed */
  US_VEC(us_channel_phrase) phrases;
  US_VEC(uint32_t) words;
  uint32_t *number; /* of each interned phrase in PHRASES, + 1 */
  us_channel_group *slots;
  size_t slot_count;
  us_buf starts;
} image_parts;

static void mark_start(image_parts *parts, us_word word) { parts->starts.p[word / 8] |= (char)(1u << word % 8); }

static bool put_phrase(us_channel_builder *b, image_parts *parts, us_channel_pair *pair) {
  if (!(pair->plain & US_CHANNEL_PHRASE)) return true;
  uint32_t id = pair->plain & ~US_CHANNEL_PHRASE;
  if (!parts->number[id]) {
    const phrase *p = &b->phrases.p[id];
    us_channel_phrase out = {.first = (uint32_t)parts->words.n, .words = p->n, .head = p->head};
    for (uint8_t i = 0; i < p->n; i++)
      if (!us_vec_push(&parts->words, p->word[i])) return false;
    if (!us_vec_push(&parts->phrases, out)) return false;
    parts->number[id] = (uint32_t)parts->phrases.n;
  }
  pair->plain = (parts->number[id] - 1) | US_CHANNEL_PHRASE;
  return true;
}

static bool put_group(us_channel_builder *b, image_parts *parts, size_t first, size_t n) {
  const draft *d = &b->drafts.p[first];
  size_t most = n < US_CHANNEL_MOST ? n : US_CHANNEL_MOST;
  const phrase *spun = &b->phrases.p[d->spun];
  us_channel_group g = {.key = d->key,
                        .first = (uint32_t)b->pairs.n,
                        .count = (uint16_t)most,
                        .pos = d->pos,
                        .words = spun->n,
                        .output = output_of(b, d, n)};
  if (spun->n > 1 && !(spun->word[0] & US_CHANNEL_FOREIGN)) mark_start(parts, spun->word[0]);
  for (size_t i = 0; i < most; i++) {
    us_channel_pair pair = pair_of(b, &d[i]);
    if (!put_phrase(b, parts, &pair) || !us_vec_push(&b->pairs, pair) || !us_vec_push(&b->kept, (uint32_t)(first + i)))
      return false;
  }
  return us_vec_push(&parts->groups, g);
}

static bool hash_groups(image_parts *parts) {
  parts->slot_count = 16;
  while (parts->slot_count < parts->groups.n * 2) parts->slot_count *= 2;
  parts->slots = calloc(parts->slot_count, sizeof *parts->slots);
  if (!parts->slots) return false;
  for (size_t i = 0; i < parts->groups.n; i++) {
    size_t at = parts->groups.p[i].key & (parts->slot_count - 1);
    while (parts->slots[at].key) at = (at + 1) & (parts->slot_count - 1);
    parts->slots[at] = parts->groups.p[i];
  }
  return true;
}

static bool make_parts(us_channel_builder *b, image_parts *parts) {
  size_t bytes = us_forms_word_count(b->forms) / 8 + 1;
  parts->number = calloc(b->phrases.n + 1, sizeof *parts->number);
  if (!parts->number || !us_buf_reserve(&parts->starts, bytes)) return false;
  memset(parts->starts.p, 0, bytes);
  parts->starts.n = bytes;
  for (size_t i = 0; i < b->drafts.n; i++) b->drafts.p[i].score = rank_score(b, &b->drafts.p[i]);
  if (b->drafts.n) qsort(b->drafts.p, b->drafts.n, sizeof *b->drafts.p, by_key);
  for (size_t i = 0, n; i < b->drafts.n; i += n) {
    for (n = 1; i + n < b->drafts.n && b->drafts.p[i + n].key == b->drafts.p[i].key;) n++;
    if (!put_group(b, parts, i, n)) return false;
  }
  return hash_groups(parts);
}

unspin_status us_channel_builder_finish(us_channel_builder *b, us_buf *out, unspin_error *err) {
  image_parts parts = {0};
  bool ok = make_parts(b, &parts);
  if (ok) {
    us_channel_meta meta = {
        .forms_hash = us_forms_hash(b->forms), .groups = (uint32_t)parts.groups.n, .pairs = (uint32_t)b->pairs.n};
#define SECTION(ptr, count) ((us_slice){(const char *)(ptr), (count) * sizeof *(ptr)})
    us_slice sections[] = {SECTION(&meta, 1),
                           SECTION(parts.slots, parts.slot_count),
                           SECTION(b->pairs.p, b->pairs.n),
                           SECTION(parts.phrases.p, parts.phrases.n),
                           SECTION(parts.words.p, parts.words.n),
                           us_buf_slice(&parts.starts)};
#undef SECTION
    us_image_write(out, US_CHANNEL_KIND, US_CHANNEL_VERSION, sections, sizeof sections / sizeof *sections);
    ok = !out->failed;
  }
  us_vec_free(&parts.groups);
  us_vec_free(&parts.phrases);
  us_vec_free(&parts.words);
  free(parts.number);
  free(parts.slots);
  us_buf_free(&parts.starts);
  return ok ? UNSPIN_OK : us_nomem(err);
}

static void put_text(us_channel_builder *b, const phrase *p, us_buf *out) {
  us_buf_clear(out);
  for (uint8_t i = 0; i < p->n; i++) {
    if (i) us_buf_putc(out, ' ');
    us_buf_append(out, word_text(b, p->word[i]));
  }
}

static void put_log10(us_buf *out, uint8_t q) {
  if (q == US_CHANNEL_NO_P) us_buf_puts(out, "\t-");
  else us_buf_printf(out, "\t%.3f", (double)us_channel_log10(q));
}

bool us_channel_builder_list(us_channel_builder *b, us_buf *out) {
  us_buf text = {0};
  for (size_t i = 0; i < b->pairs.n; i++) {
    const draft *d = &b->drafts.p[b->kept.p[i]];
    const us_channel_pair *pair = &b->pairs.p[i];
    if (!pair->makers && !pair->observed_count) continue;
    phrase plain = plain_of(b, d);
    put_text(b, &b->phrases.p[d->spun], &text);
    us_buf_append(out, us_buf_slice(&text));
    put_text(b, &plain, &text);
    us_buf_printf(out, "\t%.*s\t%c\t%u", (int)text.n, text.p, " nvarx"[d->pos], pair -> makers);
    put_log10(out, pair->simulated);
    put_log10(out, pair->emitted);
    put_log10(out, pair->observed);
    us_buf_printf(out, "\t%u\n", pair->observed_count);
  }
  us_buf_free(&text);
  return !out->failed;
}
