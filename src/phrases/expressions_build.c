#include "phrases/expressions_build.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/image.h"
#include "base/numbering.h"
#include "phrases/pattern.h"

/* One way to write an expression. */
typedef struct variant {
  uint32_t word[US_EXPRESSION_WORDS];
  uint8_t n, head, ends;
} variant;

typedef struct part {
  uint32_t spun, plain;
  uint64_t phrase; /* hash of the whole plain phrase */
} part;

struct us_expressions_builder {
  const us_forms *forms;
  const us_syntax *syntax;
  us_numbering numbers;
  US_VEC(us_expression_word) words;
  us_buf text, fold;
  US_VEC(variant) variants;
  US_VEC(part) parts;
  us_numbering seen; /* expressions */
  size_t ours;
  US_VEC(us_expression_node) nodes;
  US_VEC(us_expression_edge) edges;
};

us_expressions_builder *us_expressions_builder_new(const us_forms *forms, const us_syntax *syntax) {
  us_expressions_builder *b = calloc(1, sizeof *b);
  if (!b) return NULL;
  b->forms = forms;
  b->syntax = syntax;
  return b;
}

void us_expressions_builder_free(us_expressions_builder *b) {
  if (!b) return;
  us_numbering_free(&b->numbers);
  us_numbering_free(&b->seen);
  us_vec_free(&b->words);
  us_vec_free(&b->variants);
  us_vec_free(&b->parts);
  us_vec_free(&b->nodes);
  us_vec_free(&b->edges);
  us_buf_free(&b->text);
  us_buf_free(&b->fold);
  free(b);
}

void us_expressions_builder_counts(const us_expressions_builder *b, size_t *ours, size_t *all) {
  *ours = b->ours;
  *all = b->seen.n;
}

/* ---- words ---- */

/* The number of a folded word; US_NO_EXPRESSION_WORD when out of memory. */
static uint32_t intern(us_expressions_builder *b, us_slice folded) {
  uint64_t key = us_hash(folded);
  if (!key) key = 1;
  uint32_t number = us_number_of(&b->numbers, key);
  if (number == UINT32_MAX || number < b->words.n) return number;
  us_expression_word w = {.key = key, .text = (uint32_t)b->text.n, .len = (uint16_t)folded.n};
  us_buf_append(&b->text, folded);
  return !b->text.failed && us_vec_push(&b->words, w) ? number : US_NO_EXPRESSION_WORD;
}

/* WORD folded, inflected by TAG unless that is NONE, as a number. False when out of memory; *NUMBER is
 * US_NO_EXPRESSION_WORD where there is no such form. */
static bool number_of(us_expressions_builder *b, us_slice word, us_tag tag, uint32_t *number) {
  us_buf form = {0};
  us_buf_clear(&b->fold);
  us_fold(&b->fold, word);
  *number = US_NO_EXPRESSION_WORD;
  bool exists = tag == US_TAG_NONE || us_inflect(b->forms, us_buf_slice(&b->fold), tag, UNSPIN_DIALECT_AUTO, &form);
  if (exists) *number = intern(b, tag == US_TAG_NONE ? us_buf_slice(&b->fold) : us_buf_slice(&form));
  bool failed = form.failed || b->fold.failed || b->text.failed || (exists && *number == US_NO_EXPRESSION_WORD);
  us_buf_free(&form);
  return !failed;
}

/* The forms that a head takes beside the one that it is written in. */
static size_t forms_of(char pos, us_tag out[6]) {
  static const us_tag NOUN[] = {US_TAG_NOUN_PL},
                      VERB[] = {US_TAG_VERB_S, US_TAG_VERB_PAST, US_TAG_VERB_PART, US_TAG_VERB_ING};
  const us_tag *from = pos == 'v' ? VERB : NOUN;
  size_t n = pos == 'v' ? 4 : pos == 'n' ? 1 : 0;
  out[0] = US_TAG_NONE;
  for (size_t i = 0; i < n; i++) out[i + 1] = from[i];
  return n + 1;
}

static int head_in(const us_pattern *p) {
  for (size_t i = 0; i < p->n; i++)
    if (p->el[i].kind == US_EL_HEAD) return (int)i;
  return -1;
}

static bool is_plain_pattern(const us_pattern *p) {
  for (size_t i = 0; i < p->n; i++)
    if (p->el[i].optional || p->el[i].kind == US_EL_OWNER || p->el[i].kind == US_EL_NUMBER) return false;
  return p->n >= 2 && p->n <= US_EXPRESSION_WORDS;
}

static unspin_status parse(us_expressions_builder *b, us_slice phrase, char pos, const char *where, us_pattern *out,
                           unspin_error *err) {
  return us_pattern_parse(phrase, pos, b->syntax->prepositions, b->syntax->preposition_count, where, out, err);
}

unspin_status us_expressions_builder_add(us_expressions_builder *b, us_slice phrase, char pos, bool ours,
                                         const char *where, unspin_error *err) {
  us_pattern p;
  us_tag tags[6];
  US_TRY(parse(b, phrase, pos, where, &p, err));
  if (!is_plain_pattern(&p)) return UNSPIN_OK;
  int head = head_in(&p);
  size_t forms = head < 0 ? 1 : forms_of(pos, tags), before = b->seen.n;
  if (head < 0) tags[0] = US_TAG_NONE;
  us_buf_clear(&b->fold);
  us_fold(&b->fold, phrase);
  if (us_number_of(&b->seen, us_hash(us_buf_slice(&b->fold))) == UINT32_MAX) return us_nomem(err);
  if (ours && b->seen.n > before) b->ours++;
  for (size_t f = 0; f < forms; f++) {
    variant v = {.n = (uint8_t)p.n,
                 .head = (uint8_t)(head < 0 ? p.n - 1 : (size_t)head),
                 .ends = (uint8_t)(US_EXPRESSION_ENDS | (ours ? US_EXPRESSION_OURS : 0))};
    bool exists = true;
    for (size_t i = 0; i < p.n; i++) {
      if (!number_of(b, p.el[i].text, (int)i == head ? tags[f] : US_TAG_NONE, &v.word[i])) return us_nomem(err);
      exists &= v.word[i] != US_NO_EXPRESSION_WORD;
    }
    if (exists && !us_vec_push(&b->variants, v)) return us_nomem(err);
  }
  return UNSPIN_OK;
}

/* ---- parts ---- */

static bool is_content(const us_expressions_builder *b, us_slice word) {
  return !(us_forms_flags(b->forms, us_forms_word(b->forms, word)) & US_WF_FUNCTION);
}

static bool add_part(us_expressions_builder *b, us_slice spun, us_slice plain, bool head, char pos, uint64_t phrase) {
  us_tag tags[6] = {US_TAG_NONE};
  size_t forms = head ? forms_of(pos, tags) : 1;
  for (size_t f = 0; f < forms; f++) {
    part x = {.phrase = phrase};
    if (!number_of(b, spun, tags[f], &x.spun) || !number_of(b, plain, tags[f], &x.plain)) return false;
    bool exists = x.spun != US_NO_EXPRESSION_WORD && x.plain != US_NO_EXPRESSION_WORD && x.spun != x.plain;
    if (exists && !us_vec_push(&b->parts, x)) return false;
  }
  return true;
}

unspin_status us_expressions_builder_add_row(us_expressions_builder *b, const us_row *row, unspin_error *err) {
  us_pattern spun, plain;
  US_TRY(parse(b, row->spun, row->pos, row->source, &spun, err));
  US_TRY(parse(b, row->plain, row->pos, row->source, &plain, err));
  if (!is_plain_pattern(&spun) || !is_plain_pattern(&plain) || spun.n != plain.n) return UNSPIN_OK;
  int head = head_in(&plain);
  if (head != head_in(&spun)) return UNSPIN_OK;
  for (size_t i = 0; i < plain.n; i++) {
    us_slice a = spun.el[i].text, p = plain.el[i].text;
    if (us_slice_eq(a, p) || !is_content(b, a) || !is_content(b, p)) continue;
    if (!add_part(b, a, p, (int)i == head, row->pos, us_hash(row->plain))) return us_nomem(err);
  }
  return UNSPIN_OK;
}

static int by_part(const void *a, const void *b) {
  const part *x = a, *y = b;
  if (x->spun != y->spun) return x->spun < y->spun ? -1 : 1;
  if (x->plain != y->plain) return x->plain < y->plain ? -1 : 1;
  return x->phrase < y->phrase ? -1 : x->phrase > y->phrase;
}

typedef US_VEC(us_expression_part) part_vec;

/* One for each pair, with the number of plain phrases that it stands in; words learn where theirs begin. */
static bool put_parts(us_expressions_builder *b, part_vec *out) {
  if (b->parts.n) qsort(b->parts.p, b->parts.n, sizeof *b->parts.p, by_part);
  for (size_t i = 0; i < b->parts.n; i++) {
    const part *x = &b->parts.p[i], *before = i ? x - 1 : NULL;
    bool same = before && before->spun == x->spun && before->plain == x->plain;
    if (same) {
      out->p[out->n - 1].rows += before->phrase != x->phrase;
      continue;
    }
    us_expression_word *w = &b->words.p[x->spun];
    if (w->parts == UINT16_MAX) continue;
    if (!w->parts) w->part = (uint32_t)out->n;
    w->parts++;
    if (!us_vec_push(out, (us_expression_part){x->plain, 1})) return false;
  }
  return true;
}

/* ---- the trie ---- */

static int by_words(const void *a, const void *b) {
  const variant *x = a, *y = b;
  for (uint8_t i = 0; i < x->n && i < y->n; i++)
    if (x->word[i] != y->word[i]) return x->word[i] < y->word[i] ? -1 : 1;
  if (x->n != y->n) return x->n < y->n ? -1 : 1;
  return (y->ends > x->ends) - (y->ends < x->ends); /* ours first */
}

/* What follows the first DEPTH words that variants [FROM, TO) share, into NODE. */
static bool grow(us_expressions_builder *b, uint32_t node, size_t from, size_t to, uint8_t depth) {
  const variant *v = b->variants.p;
  if (from < to && v[from].n == depth) {
    b->nodes.p[node].ends = v[from].ends;
    b->nodes.p[node].head = v[from].head;
    while (from < to && v[from].n == depth) from++;
  }
  size_t first = b->edges.n, first_node = b->nodes.n;
  for (size_t i = from; i < to; i++) {
    if (i > from && v[i].word[depth] == v[i - 1].word[depth]) continue;
    us_expression_edge e = {v[i].word[depth], (uint32_t)b->nodes.n};
    if (!us_vec_push(&b->edges, e) || !us_vec_push(&b->nodes, (us_expression_node){0})) return false;
    b->nodes.p[node].mask |= us_expression_bit(e.word);
  }
  b->nodes.p[node].first = (uint32_t)first;
  b->nodes.p[node].count = (uint16_t)(b->nodes.n - first_node);
  for (uint32_t child = (uint32_t)first_node; from < to; child++) {
    size_t end = from + 1;
    while (end < to && v[end].word[depth] == v[from].word[depth]) end++;
    if (!grow(b, child, from, end, (uint8_t)(depth + 1))) return false;
    from = end;
  }
  return true;
}

/* Node 0 is none; each first word has a root of its own. */
static bool grow_all(us_expressions_builder *b) {
  if (!us_vec_push(&b->nodes, (us_expression_node){0})) return false;
  if (b->variants.n) qsort(b->variants.p, b->variants.n, sizeof *b->variants.p, by_words);
  for (size_t i = 0, end; i < b->variants.n; i = end) {
    uint32_t word = b->variants.p[i].word[0], node = (uint32_t)b->nodes.n;
    for (end = i + 1; end < b->variants.n && b->variants.p[end].word[0] == word;) end++;
    b->words.p[word].node = node;
    if (!us_vec_push(&b->nodes, (us_expression_node){0}) || !grow(b, node, i, end, 1)) return false;
  }
  return true;
}

/* ---- writing ---- */

static uint32_t *hash_words(const us_expressions_builder *b, size_t *count) {
  *count = 16;
  while (*count < b->words.n * 2) *count *= 2;
  uint32_t *slots = calloc(*count, sizeof *slots);
  for (uint32_t i = 0; slots && i < b->words.n; i++) {
    size_t at = b->words.p[i].key & (*count - 1);
    while (slots[at]) at = (at + 1) & (*count - 1);
    slots[at] = i + 1;
  }
  return slots;
}

unspin_status us_expressions_builder_finish(us_expressions_builder *b, us_buf *out, unspin_error *err) {
  part_vec parts = {0};
  size_t slot_count = 0;
  uint32_t *slots = put_parts(b, &parts) && grow_all(b) ? hash_words(b, &slot_count) : NULL;
  if (slots) {
#define SECTION(ptr, count) ((us_slice){(const char *)(ptr), (count) * sizeof *(ptr)})
    us_slice sections[] = {us_buf_slice(&b->text),          SECTION(slots, slot_count),
                           SECTION(b->words.p, b->words.n), SECTION(b->nodes.p, b->nodes.n),
                           SECTION(b->edges.p, b->edges.n), SECTION(parts.p, parts.n)};
#undef SECTION
    us_image_write(out, US_EXPRESSIONS_KIND, US_EXPRESSIONS_VERSION, sections, sizeof sections / sizeof *sections);
  }
  bool ok = slots && !out->failed;
  free(slots);
  us_vec_free(&parts);
  return ok ? UNSPIN_OK : us_nomem(err);
}
