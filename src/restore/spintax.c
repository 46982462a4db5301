/* spintax.c - what a spinner failed to expand: "a {big|large|huge} {house|home}", [a|b] too, and one in another. Every
 * alternative was meant to be read where the group stands, so one of them is put there: the one that the language model
 * likes best and that the others, as far as the tables know, were made from.
 *
 * Braces and bars stand in clean text as well, in code, templates and manuals. So a group has to look like prose inside
 * and around, and one that is alone in its document has to be of words that a spinner would swap. */
#include <math.h>
#include <stdlib.h>

#include "restore/pass.h"
#include "restore/siblings.h"

enum { MOST_ALTERNATIVES = 16, MOST_DEPTH = 6, MOST_BYTES = 2000, LEFT = 240, RIGHT = 160, PLAINLY = 3 };

/* A stretch of text from one bar to the next. */
typedef struct stretch {
  size_t begin, end;
} stretch;

typedef struct group {
  size_t begin, end; /* with its braces */
  stretch alternative[MOST_ALTERNATIVES];
  size_t count, chosen;
  int depth;
} group;
typedef US_VEC(group) group_vec;

typedef struct search {
  group_vec groups; /* outer ones before inner ones, in the order of the text */
  bool failed;
} search;

/* ---- finding ---- */

static bool is_letter(unsigned char c) { return c >= 0x80 || ((c | 32) >= 'a' && (c | 32) <= 'z'); }

/* Bytes of a phrase as people write it. */
static bool is_prose(unsigned char c) { return is_letter(c) || us_is_digit(c) || (c && strchr(" '-,.!?%", c)); }

static char closing(char open) { return open == '{' ? '}' : open == '[' ? ']' : 0; }

/* The group that opens at AT, and those in it, are appended to GROUPS; its end, or 0 if it is none. */
static size_t parse(us_slice text, size_t at, int depth, search *out) {
  char close = closing(text.p[at]);
  size_t index = out->groups.n;
  group g = {.begin = at, .depth = depth};
  if (depth == MOST_DEPTH || !us_vec_push(&out->groups, g)) {
    out->failed |= depth < MOST_DEPTH;
    return 0;
  }
  stretch now = {.begin = at + 1};
  for (size_t i = at + 1; i < text.n && i - at < MOST_BYTES;) {
    char c = text.p[i];
    if (c == '|' || c == close) {
      now.end = i;
      if (g.count == MOST_ALTERNATIVES) break;
      g.alternative[g.count++] = now;
      now.begin = ++i;
      if (c == '|') continue;
      if (g.count < 2) break;
      g.end = i;
      out->groups.p[index] = g;
      return i;
    }
    if (closing(c)) {
      size_t end = parse(text, i, depth + 1, out);
      if (!end) break;
      i = end;
    } else if (is_prose((unsigned char)c)) i++;
    else break;
  }
  out->groups.n = index;
  return 0;
}

/* For the place of each opening brace: what is behind the one that closes it, on the same line; behind itself if none
 * does. Found all at once: text may be of nothing but braces. NULL when out of memory. */
static uint32_t *pair_braces(us_slice text, us_arena *arena) {
  const uint32_t none = UINT32_MAX;
  uint32_t *behind = us_arena_alloc(arena, (text.n + 1) * sizeof *behind), open = none;
  for (uint32_t i = 0; behind && i <= text.n; i++) {
    bool ends = i == text.n || text.p[i] == '\n', closes = !ends && (text.p[i] == '}' || text.p[i] == ']');
    while (open != none && (ends || closes)) {
      uint32_t outer = behind[open]; /* while it is open: the one around */
      behind[open] = closes ? i + 1 : open + 1;
      open = outer;
      closes = false;
    }
    if (ends || !closing(text.p[i])) continue;
    behind[i] = open;
    open = i;
  }
  return behind;
}

/* Nothing may be glued to it but what may be glued to a word. */
static bool stands_free(us_slice text, size_t begin, size_t end) {
  bool before = begin == 0 || strchr(" \t\n(\"'-", text.p[begin - 1]) || (unsigned char)text.p[begin - 1] >= 0x80;
  bool after = end == text.n || strchr(" \t\r\n.,;:!?)\"'-", text.p[end]) || (unsigned char)text.p[end] >= 0x80;
  return before && after;
}

static bool is_known(unspin_session *s, size_t i) {
  return us_forms_word(s->knowledge->forms, us_page_folded(s, i)) != 0;
}

/* The first token that ends behind AT. */
static size_t token_behind(const us_page *p, size_t at) {
  size_t low = 0, high = p->tokens.n;
  while (low < high) {
    size_t mid = (low + high) / 2;
    if (p->tokens.p[mid].end <= at) low = mid + 1;
    else high = mid;
  }
  return low;
}

/* Whether each word in it is one, and open to change, and each alternative but one has any. */
static bool is_of_words(unspin_session *s, const group *g) {
  const us_page *p = &s->page;
  size_t empty = 0, longest = 0;
  for (size_t k = 0; k < g->count; k++) {
    stretch a = g->alternative[k];
    size_t words = 0;
    for (size_t i = token_behind(p, a.begin); i < p->tokens.n && p->tokens.p[i].begin < a.end; i++) {
      us_token t = p->tokens.p[i];
      if (t.begin < a.begin || t.end > a.end) continue;
      if (t.kind == US_TOK_VERBATIM || t.kind == US_TOK_ABBREV) return false;
      if (t.kind != US_TOK_WORD) continue;
      if (t.flags & US_TF_LOCKED || !is_known(s, i)) return false;
      if (t.end - t.begin > longest) longest = t.end - t.begin;
      words++;
    }
    empty += !words;
  }
  return empty < 2 && longest > 1;
}

/* A line of the page: found once for all groups on it. */
typedef struct text_line {
  size_t begin, end, words;
  bool prose;
} text_line;

static size_t count_words(const us_page *p, size_t begin, size_t end) {
  size_t words = 0;
  for (size_t i = token_behind(p, begin); i < p->tokens.n && p->tokens.p[i].begin < end; i++)
    words += p->tokens.p[i].kind == US_TOK_WORD;
  return words;
}

/* One with options or addresses on it is no prose. */
static text_line line_at(const us_page *p, size_t at) {
  text_line l = {.begin = at, .end = at};
  while (l.begin > 0 && p->text.p[l.begin - 1] != '\n') l.begin--;
  while (l.end < p->text.n && p->text.p[l.end] != '\n') l.end++;
  us_slice line = us_slice_sub(p->text, l.begin, l.end);
  l.prose = line.p[0] != '|';
  for (size_t i = 0; l.prose && i + 1 < line.n; i++)
    l.prose = line.p[i] != '`' && line.p[i] != '\\' && (line.p[i] != '-' || line.p[i + 1] != '-');
  l.words = count_words(p, l.begin, l.end);
  return l;
}

/* There are words around it. */
static bool is_in_prose(const us_page *p, const text_line *line, const group *g) {
  return line->prose && line->words - count_words(p, g->begin, g->end) >= 2;
}

static bool search_page(unspin_session *s, void *context) {
  search *all = context;
  const us_page *p = &s->page;
  us_slice text = p->text;
  text_line line = {0};
  if (!memchr(text.p, '|', text.n)) return true;
  uint32_t *behind = pair_braces(text, &s->arena);
  if (!behind) return false;
  for (size_t i = 0; i < text.n;) {
    if (!closing(text.p[i])) {
      i++;
      continue;
    }
    if (i >= line.end) line = line_at(p, i);
    size_t from = all->groups.n, end = parse(text, i, 0, all);
    if (all->failed) return false;
    bool good = end && stands_free(text, i, end) && is_in_prose(p, &line, &all->groups.p[from]);
    for (size_t k = from; good && k < all->groups.n; k++) good = is_of_words(s, &all->groups.p[k]);
    if (!good) all->groups.n = from;
    for (size_t k = from; k < all->groups.n; k++) {
      group *g = &all->groups.p[k];
      g->begin += p->offset;
      g->end += p->offset;
      for (size_t j = 0; j < g->count; j++) {
        g->alternative[j].begin += p->offset;
        g->alternative[j].end += p->offset;
      }
    }
    i = good ? end : behind[i];
  }
  return !s->fold.failed;
}

/* ---- choosing ---- */

/* Appends DOCUMENT[begin, end) with the groups from index NEXT on that lie in it expanded as chosen. */
static void expand(us_slice document, const group_vec *groups, size_t next, stretch part, us_buf *out) {
  size_t at = part.begin;
  for (size_t i = next; i < groups->n && groups->p[i].begin < part.end; i++) {
    const group *g = &groups->p[i];
    if (g->begin < at) continue; /* inside one that was expanded */
    us_buf_append(out, us_slice_sub(document, at, g->begin));
    expand(document, groups, i + 1, g->alternative[g->chosen], out);
    at = g->end;
  }
  us_buf_append(out, us_slice_sub(document, at, part.end));
}

typedef struct reading {
  us_buf text;       /* the alternative in its surroundings */
  size_t begin, end; /* the alternative in it */
  double model, offered;
} reading;

typedef struct chooser {
  unspin_session *session;
  us_slice document;
  group_vec *groups;
  us_buf done; /* the document up to the group, expanded */
} chooser;

/* The reading of group I with its alternative K; those around it are opened as far as they must be to show it. */
static void make_reading(const chooser *c, size_t i, size_t k, reading *r) {
  group *g = &c->groups->p[i];
  size_t outer = i;
  while (c->groups->p[outer].depth > 0) outer--;
  us_slice left = us_buf_slice(&c->done);
  size_t from = left.n > LEFT ? left.n - LEFT : 0;
  while (from > 0 && from < left.n && left.p[from] != ' ') from++;
  for (size_t at = from; at < left.n; at++)
    if (left.p[at] == '\n') from = at + 1;
  us_buf_append(&r->text, us_slice_sub(left, from, left.n));
  /* of what is around a nested group only its own alternative is read: what else is there is chosen later */
  stretch around = c->groups->p[outer].alternative[0];
  bool nested = outer != i;
  for (size_t o = outer; nested && o < i; o++)
    for (size_t j = 0; j < c->groups->p[o].count; j++) {
      stretch a = c->groups->p[o].alternative[j];
      if (a.begin <= g->begin && g->end <= a.end) around = a;
    }
  if (nested) expand(c->document, c->groups, outer + 1, (stretch){around.begin, g->begin}, &r->text);
  r->begin = r->text.n;
  expand(c->document, c->groups, i + 1, g->alternative[k], &r->text);
  r->end = r->text.n;
  if (nested) expand(c->document, c->groups, i + 1, (stretch){g->end, around.end}, &r->text);
  size_t end = c->groups->p[outer].end, to = end;
  while (to < c->document.n && to - end < RIGHT && !strchr("\n{[", c->document.p[to])) to++;
  us_buf_append(&r->text, us_slice_sub(c->document, end, to));
}

/* Loads it as a page and asks the language model for all of it. */
static bool weigh_reading(unspin_session *s, reading *r) {
  const us_engine *e = &s->knowledge->engine;
  us_page *p = &s->page;
  s->off = false; /* what stands around the group, not how the document ends */
  if (r->text.failed || !us_page_load(s, us_buf_slice(&r->text), 0)) return false;
  if (!us_suggest(s) || (!p->has_context && !us_context_fill(s)) || !us_score_page(s)) return false;
  r->model = e->spintax.word * (double)p->tokens.n;
  for (size_t i = 0; i < p->tokens.n; i++) r->model += (double)p->context[i].log10 + (double)p->context[i].end;
  return true;
}

/* The loaded reading's alternative, as a spinner's, may stand for others: what the tables say to that. */
static void add_offers(unspin_session *s, const reading *from, reading *all, size_t n) {
  const us_page *p = &s->page;
  for (size_t i = 0; i < p->arcs.n; i++) {
    const us_arc *a = &p->arcs.p[i];
    if (p->tokens.p[a->first].begin != from->begin || p->tokens.p[a->last - 1].end != from->end) continue;
    for (size_t k = 0; k < n; k++) {
      us_slice text = us_slice_sub(us_buf_slice(&all[k].text), all[k].begin, all[k].end);
      if (!us_slice_eq(text, a->after)) continue;
      double odds = a->score + s->knowledge->engine.spintax.offer;
      all[k].offered += odds > 0 ? odds : 0.01;
    }
  }
}

static void free_readings(reading *r, size_t n) {
  for (size_t k = 0; k < n; k++) us_buf_free(&r[k].text);
}

/* The readings that were not chosen, best first, with natural-log odds against the one that was. */
static bool tell_others(const unspin_session *s, const group *g, const reading *r, us_arena *arena, unspin_edit *e) {
  size_t most = s->options->max_alternatives, n = 0;
  unspin_alternative *list = us_arena_alloc(arena, g->count * sizeof *list);
  if (!list) return false;
  for (size_t k = 0; k < g->count; k++) {
    us_slice text = us_slice_sub(us_buf_slice(&r[k].text), r[k].begin, r[k].end);
    unspin_alternative a = {.row = "spintax", .score = (r[k].model - r[g->chosen].model) * log(10)};
    char *copy = us_arena_copy(arena, text);
    a.after = (unspin_text){copy, text.n};
    if (!copy) return false;
    if (k == g->chosen) continue;
    size_t at = n++;
    for (; at > 0 && list[at - 1].score < a.score; at--) list[at] = list[at - 1];
    list[at] = a;
  }
  e->alternatives = list;
  e->alternative_count = n < most ? n : most;
  return true;
}

/* Sets what is chosen of group I, how sure that is, and, if E is not NULL, what else there was. RELATED: an alternative
 * was offered for another. */
static bool choose(chooser *c, size_t i, double *confidence, bool *related, us_arena *arena, unspin_edit *e) {
  unspin_session *s = c->session;
  group *g = &c->groups->p[i];
  reading r[MOST_ALTERNATIVES] = {0};
  bool ok = true;
  for (size_t k = 0; k < g->count; k++) make_reading(c, i, k, &r[k]);
  for (size_t k = 0; ok && k < g->count; k++) {
    ok = weigh_reading(s, &r[k]);
    if (ok) add_offers(s, &r[k], r, g->count);
  }
  double best = -HUGE_VAL, sum = 0;
  for (size_t k = 0; ok && k < g->count; k++) {
    *related |= r[k].offered > 0;
    r[k].model += s->knowledge->engine.spintax.table * r[k].offered;
    if (r[k].model <= best) continue;
    best = r[k].model;
    g->chosen = k;
  }
  for (size_t k = 0; ok && k < g->count; k++) sum += pow(10, r[k].model - best);
  if (ok) *confidence = 1 / sum;
  if (ok && e) ok = tell_others(s, g, r, arena, e);
  free_readings(r, g->count);
  return ok;
}

/* ---- edits ---- */

/* Takes in the article before, where it does not fit, and the blank before nothing. */
static bool finish(chooser *c, us_slice chosen, unspin_edit *e, us_arena *arena) {
  us_slice d = c->document;
  us_buf text = {0};
  if (!chosen.n && e->begin > 0 && d.p[e->begin - 1] == ' ' && (e->end == d.n || strchr(" .,;:!?)\n", d.p[e->end])))
    e->begin--;
  size_t from = e->begin, end = from;
  if (chosen.n && end > 0 && d.p[end - 1] == ' ') {
    end--;
    from = end;
    while (from > 0 && is_letter((unsigned char)d.p[from - 1])) from--;
    us_slice article = us_slice_sub(d, from, end),
             better = us_better_article(c->session, article, us_first_word(chosen));
    if (better.n) {
      us_apply_shape(&text, better, us_shape_of(article));
      us_buf_putc(&text, ' ');
      e->begin = from;
    }
  }
  us_buf_append(&text, chosen);
  char *copy = text.failed ? NULL : us_arena_copy(arena, us_buf_slice(&text));
  e->after = (unspin_text){copy, text.n};
  us_buf_free(&text);
  return copy != NULL;
}

/* The outer group I with all in it. NEXT: the one that follows. */
static bool mend(chooser *c, size_t i, size_t next, bool plainly, us_arena *arena, us_edit_vec *out) {
  unspin_session *s = c->session;
  group *g = &c->groups->p[i];
  unspin_edit e = {.begin = g->begin, .end = g->end, .confidence = 1, .row = "spintax", .source = "spintax"};
  bool related = false, phrases = next > i + 1;
  for (size_t k = 0; k < g->count; k++)
    phrases |= memchr(us_slice_sub(c->document, g->alternative[k].begin, g->alternative[k].end).p, ' ',
                      g->alternative[k].end - g->alternative[k].begin) != NULL;
  for (size_t k = next; k-- > i;) {
    double sure;
    if (!choose(c, k, &sure, &related, arena, k == i ? &e : NULL)) return false;
    e.confidence *= sure;
  }
  us_buf chosen = {0};
  bool mends = plainly || related || phrases;
  if (mends) expand(c->document, c->groups, i + 1, g->alternative[g->chosen], &chosen);
  else us_buf_append(&chosen, us_slice_sub(c->document, g->begin, g->end));
  us_buf_append(&c->done, us_buf_slice(&chosen));
  bool ok = !chosen.failed && !c->done.failed;
  if (ok && mends && e.confidence >= s->options->min_confidence)
    ok = finish(c, us_buf_slice(&chosen), &e, arena) && us_vec_push(out, e);
  us_buf_free(&chosen);
  return ok;
}

static bool mend_all(unspin_session *s, us_slice document, group_vec *groups, us_arena *arena, us_edit_vec *out) {
  chooser c = {.session = s, .document = document, .groups = groups};
  size_t outer = 0, at = 0;
  for (size_t i = 0; i < groups->n; i++) outer += groups->p[i].depth == 0;
  bool ok = us_look(s, document);
  us_siblings_set_aside(s); /* readings have no places in the document, with which siblings are aligned */
  for (size_t i = 0, next; ok && i < groups->n; i = next) {
    for (next = i + 1; next < groups->n && groups->p[next].depth > 0;) next++;
    us_buf_append(&c.done, us_slice_sub(document, at, groups->p[i].begin));
    at = groups->p[i].end;
    ok = mend(&c, i, next, outer >= PLAINLY, arena, out);
  }
  us_buf_free(&c.done);
  return ok;
}

bool us_spintax(unspin_session *s, us_slice document, us_arena *arena, us_edit_vec *out) {
  if (!memchr(document.p, '|', document.n)) return true;
  search found = {0};
  bool ok = us_begin_document(s) && us_sweep(s, document, search_page, &found);
  if (ok && found.groups.n) ok = mend_all(s, document, &found.groups, arena, out);
  us_vec_free(&found.groups);
  return ok;
}
