#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/image.h"
#include "forms/compile/read.h"
#include "forms/compile/steps.h"

/* The least share that a reading may have. */
#define WEIGHT_FLOOR (-2048)

typedef struct writer {
  lexicon *lex;
  lex_id *order; /* order[i] is the word with id i + 1 */
  us_word *id;   /* of every index */
  us_buf section[US_FS_COUNT];
} writer;

static void put(us_buf *out, const void *p, size_t n) { us_buf_append(out, (us_slice){p, n}); }

static int by_frequency(const void *a, const void *b, void *context) {
  const lexicon *lex = context;
  const lex_word *x = &lex->words.p[*(const lex_id *)a], *y = &lex->words.p[*(const lex_id *)b];
  if (x->count != y->count) return x->count > y->count ? -1 : 1;
  return us_slice_cmp(x->text, y->text);
}

/* glibc's qsort_r takes its context; sorting is done by a small merge here to stay within POSIX. */
static bool sort_ids(lex_id *ids, size_t n, int (*compare)(const void *, const void *, void *), void *context) {
  lex_id *other = calloc(n ? n : 1, sizeof *other);
  if (!other) return false;
  for (size_t width = 1; width < n; width *= 2) {
    for (size_t begin = 0; begin < n; begin += 2 * width) {
      size_t middle = begin + width < n ? begin + width : n, end = begin + 2 * width < n ? begin + 2 * width : n;
      size_t i = begin, j = middle;
      for (size_t k = begin; k < end; k++)
        other[k] = i < middle && (j >= end || compare(&ids[i], &ids[j], context) <= 0) ? ids[i++] : ids[j++];
    }
    memcpy(ids, other, n * sizeof *ids);
  }
  free(other);
  return true;
}

static int by_share(const lex_reading *a, const lex_reading *b, const us_word *id) {
  if (a->share > b->share || a->share < b->share) return a->share > b->share ? -1 : 1;
  if (a->tag != b->tag) return a->tag < b->tag ? -1 : 1;
  return (id[a->lemma] > id[b->lemma]) - (id[a->lemma] < id[b->lemma]);
}

static void put_readings(writer *w, lex_word *word) {
  double total = 0;
  for (size_t i = 0; i < word->readings.n; i++) {
    total += word->readings.p[i].share;
    for (size_t k = i; k > 0 && by_share(&word->readings.p[k], &word->readings.p[k - 1], w->id) < 0; k--) {
      lex_reading swap = word->readings.p[k];
      word->readings.p[k] = word->readings.p[k - 1];
      word->readings.p[k - 1] = swap;
    }
  }
  for (size_t i = 0; i < word->readings.n; i++) {
    const lex_reading *r = &word->readings.p[i];
    double weight = total > 0 && r->share > 0 ? log(r->share / total) * 256 : WEIGHT_FLOOR;
    us_reading out = {w->id[r->lemma], (int16_t)lround(fmax(weight, WEIGHT_FLOOR)), r->tag, r->state};
    put(&w->section[US_FS_READINGS], &out, sizeof out);
  }
}

static void put_words(writer *w) {
  lexicon *lex = w->lex;
  size_t n = lex->words.n;
  us_word_entry entry = {0};
  put(&w->section[US_FS_WORDS], &entry, sizeof entry);
  for (size_t i = 0; i <= n; i++) {
    entry = (us_word_entry){.text_at = (uint32_t)w->section[US_FS_TEXT].n,
                            .reading_at = (uint32_t)(w->section[US_FS_READINGS].n / sizeof(us_reading)),
                            .form_at = (uint32_t)(w->section[US_FS_INFLECTIONS].n / sizeof(us_inflection))};
    if (i < n) {
      lex_word *word = lex_at(lex, w->order[i]);
      entry.count = word->count;
      entry.flags = (uint16_t)word->flags;
      entry.capital = (uint8_t)lround(word->capital * 255);
      us_buf_append(&w->section[US_FS_TEXT], word->text);
      put_readings(w, word);
      for (size_t k = 0; k < word->forms.n; k++) {
        const lex_form *f = &word->forms.p[k];
        us_inflection out = {w->id[f->form], f->tag, f->dialects, 0};
        put(&w->section[US_FS_INFLECTIONS], &out, sizeof out);
      }
      if (word->gb != LEX_NONE || word->us != LEX_NONE) {
        us_spelling s = {(us_word)i + 1, word->gb == LEX_NONE ? (us_word)i + 1 : w->id[word->gb],
                         word->us == LEX_NONE ? (us_word)i + 1 : w->id[word->us]};
        if (s.gb != s.us) put(&w->section[US_FS_SPELLINGS], &s, sizeof s);
      }
    }
    put(&w->section[US_FS_WORDS], &entry, sizeof entry);
  }
}

static unspin_status put_slots(writer *w, uint32_t *count, unspin_error *err) {
  uint32_t n = 1;
  while (n < w->lex->words.n * 4 / 3) n *= 2;
  uint32_t *slots = calloc(n, sizeof *slots);
  if (!slots) return us_nomem(err);
  for (size_t i = 0; i < w->lex->words.n; i++) {
    uint64_t hash = us_hash(lex_at(w->lex, w->order[i])->text);
    uint32_t at = (uint32_t)hash & (n - 1);
    while (slots[at]) at = (at + 1) & (n - 1);
    slots[at] = (uint32_t)(hash >> 52) << US_WORD_BITS | (uint32_t)(i + 1);
  }
  put(&w->section[US_FS_SLOTS], slots, n * sizeof *slots);
  free(slots);
  *count = n;
  return UNSPIN_OK;
}

static int by_text(const void *a, const void *b, void *context) {
  const lexicon *lex = context;
  return us_slice_cmp(lex->words.p[*(const lex_id *)a].text, lex->words.p[*(const lex_id *)b].text);
}

typedef struct line {
  us_slice key, value;
  size_t number;
} line;
typedef US_VEC(line) line_vec;

static int line_cmp(const void *a, const void *b) {
  return us_slice_cmp(((const line *)a)->key, ((const line *)b)->key);
}

/* Two-column file, sorted by its first column. The lines borrow from R. */
static unspin_status sorted_lines(reader *r, const char *dict, const char *name, line_vec *lines, unspin_error *err) {
  US_TRY(reader_open(r, dict, name, err));
  while (reader_next(r)) {
    us_slice value = {r->field[1].p, 0}; /* all further columns */
    if (r->count < 2) return reader_fail(r, err, "wanted two columns");
    value.n = (size_t)(r->field[r->count - 1].p + r->field[r->count - 1].n - value.p);
    if (!us_vec_push(lines, (line){r->field[0], value, r->line})) return us_nomem(err);
  }
  if (lines->n) qsort(lines->p, lines->n, sizeof *lines->p, line_cmp);
  for (size_t i = 1; i < lines->n; i++)
    if (us_slice_eq(lines->p[i].key, lines->p[i - 1].key)) {
      r->line = lines->p[i].number;
      return reader_fail(r, err, "stands twice");
    }
  return UNSPIN_OK;
}

static unspin_status put_sounds(writer *w, const char *dict, unspin_error *err) {
  reader r;
  line_vec lines = {0};
  unspin_status status = sorted_lines(&r, dict, "vowel-sounds.tsv", &lines, err);
  for (size_t i = 0; !status && i <= lines.n; i++) {
    us_key key = {(uint32_t)w->section[US_FS_SOUND_TEXT].n, i < lines.n && us_slice_eq(lines.p[i].value, US_LIT("an"))};
    put(&w->section[US_FS_SOUND_KEYS], &key, sizeof key);
    if (i < lines.n) us_buf_append(&w->section[US_FS_SOUND_TEXT], lines.p[i].key);
  }
  us_vec_free(&lines);
  reader_close(&r);
  return status;
}

/* "NN 70<TAB>VB 30" */
static unspin_status put_guess(writer *w, const reader *r, us_slice guesses, unspin_error *err) {
  us_slice item;
  while (us_slice_cut(&guesses, '\t', &item)) {
    us_slice name;
    double share;
    if (!us_slice_cut(&item, ' ', &name) || !read_number(item, &share) || share <= 0 || lex_state(w->lex, name) < 0)
      return reader_fail(r, err, "wanted an ending, then states each with a share");
    int state = lex_state(w->lex, name);
    us_reading out = {0, (int16_t)lround(log(share / 100) * 256), w->lex->states.p[state].tag, (uint8_t)state};
    put(&w->section[US_FS_SUFFIX_READINGS], &out, sizeof out);
  }
  return UNSPIN_OK;
}

static unspin_status put_suffixes(writer *w, const char *dict, unspin_error *err) {
  reader r;
  line_vec lines = {0};
  unspin_status status = sorted_lines(&r, dict, "suffix-guesses.tsv", &lines, err);
  for (size_t i = 0; !status && i <= lines.n; i++) {
    us_key key = {(uint32_t)w->section[US_FS_SUFFIX_TEXT].n,
                  (uint32_t)(w->section[US_FS_SUFFIX_READINGS].n / sizeof(us_reading))};
    put(&w->section[US_FS_SUFFIX_KEYS], &key, sizeof key);
    if (i == lines.n) break;
    us_buf_append(&w->section[US_FS_SUFFIX_TEXT], lines.p[i].key);
    r.line = lines.p[i].number;
    status = put_guess(w, &r, lines.p[i].value, err);
  }
  us_vec_free(&lines);
  reader_close(&r);
  return status;
}

static unspin_status fill(writer *w, const char *dict, unspin_error *err) {
  lexicon *lex = w->lex;
  size_t n = lex->words.n;
  us_forms_header header = {
      .words = (uint32_t)n, .states = (uint32_t)lex->states.n, .ends = (uint32_t)lex->ends.n, .total = lex->total};
  if (n >= 1u << US_WORD_BITS) return us_fail(err, UNSPIN_ERR_LIMIT, "more than %u words", 1u << US_WORD_BITS);
  w->order = calloc(n + 1, sizeof *w->order);
  w->id = calloc(n + 1, sizeof *w->id);
  if (!w->order || !w->id) return us_nomem(err);
  for (size_t i = 0; i < n; i++) w->order[i] = (lex_id)i;
  if (!sort_ids(w->order, n, by_frequency, lex)) return us_nomem(err);
  for (size_t i = 0; i < n; i++) w->id[w->order[i]] = (us_word)i + 1;
  put_words(w);
  US_TRY(put_slots(w, &header.slots, err));
  if (!sort_ids(lex->abbreviations.p, lex->abbreviations.n, by_text, lex)) return us_nomem(err);
  for (size_t i = 0; i < lex->abbreviations.n; i++)
    put(&w->section[US_FS_ABBREVIATIONS], &w->id[lex->abbreviations.p[i]], sizeof *w->id);
  US_TRY(put_sounds(w, dict, err));
  US_TRY(put_suffixes(w, dict, err));
  put(&w->section[US_FS_STATES], lex->states.p, lex->states.n * sizeof *lex->states.p);
  put(&w->section[US_FS_TRANSITIONS], lex->transitions, lex->ends.n * lex->ends.n * sizeof *lex->transitions);
  put(&w->section[US_FS_HEADER], &header, sizeof header);
  return UNSPIN_OK;
}

unspin_status lex_write(lexicon *lex, const char *dict, us_buf *out, unspin_error *err) {
  writer w = {.lex = lex};
  unspin_status status = fill(&w, dict, err);
  us_slice slices[US_FS_COUNT];
  for (size_t i = 0; i < US_FS_COUNT; i++) {
    slices[i] = us_buf_slice(&w.section[i]);
    if (w.section[i].failed && !status) status = us_nomem(err);
  }
  if (!status) us_image_write(out, US_FORMS_KIND, US_FORMS_VERSION, slices, US_FS_COUNT);
  if (!status && out->failed) status = us_nomem(err);
  for (size_t i = 0; i < US_FS_COUNT; i++) us_buf_free(&w.section[i]);
  free(w.order);
  free(w.id);
  return status;
}
