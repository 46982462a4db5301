/* suggest.c - everything that could have stood here before: rows of the phrase tables and pairs of the channel, as
 * candidates with the words that they would put back. */
#include <stdlib.h>

#include "restore/siblings.h"

/* Whether the row's spun side is itself in capitals: VIP. */
static bool row_shouts(const us_matcher *m, const us_row_record *r) {
  us_element_record first = m->elements[r->spun];
  return us_shape_of(us_matcher_string(m, first.text, first.len)) == US_SHAPE_UPPER;
}

/* The row's plain side in s->text, without capitals of its place; false if it cannot be inflected so, or memory is out
 * (then s->text.failed). */
static bool write_row(unspin_session *s, const us_matcher *m, const us_row_record *r, const us_match *match, us_tag tag,
                      us_tag *plain_tag) {
  us_buf *out = &s->text;
  us_buf_clear(out);
  for (uint8_t k = 0; k < r->plain_count; k++) {
    us_element_record e = m->elements[r->plain + k];
    us_slice word = us_matcher_string(m, e.text, e.len);
    if (k && !e.glued) us_buf_putc(out, ' ');
    if (e.kind == US_EL_HEAD && tag != US_TAG_NONE) {
      if (!us_put_inflected(s, word, tag, out)) return false;
      *plain_tag = us_plain_tag(s, word, tag);
    } else if ((e.kind == US_EL_OWNER || e.kind == US_EL_NUMBER) && match->slot != UINT32_MAX)
      us_buf_append(out, us_page_token(&s->page, match->slot));
    else us_put_word(s, word, out);
  }
  return !out->failed;
}

static bool set_shaped(unspin_session *s, us_slice text, us_shape shape, us_arc *arc) {
  us_buf_clear(&s->fold);
  us_apply_shape(&s->fold, text, shape);
  char *copy = s->fold.failed ? NULL : us_arena_copy(&s->arena, us_buf_slice(&s->fold));
  arc->after = (us_slice){copy, s->fold.n};
  return copy != NULL;
}

bool us_arc_write(unspin_session *s, const us_written *w, us_shape shape, us_arc *arc) {
  arc->plain_tag = w->plain_tag;
  if (shape == US_SHAPE_TITLE || shape == US_SHAPE_UPPER) return set_shaped(s, w->text, shape, arc);
  arc->after = w->text;
  arc->words = w->words;
  arc->word_count = w->word_count;
  return true;
}

/* Fills arc->after. POSSIBLE: the row can be inflected so. False when out of memory. */
static bool build_after(unspin_session *s, const us_table *t, const us_match *match, us_arc *arc, bool *possible) {
  const us_matcher *m = &t->matcher;
  const us_row_record *r = arc->row;
  us_shape shape = us_phrase_shape(&s->page, match->first, match->last);
  /* rows with capitals say themselves how the plain side is written, unless everything around is shouted too */
  if (r->flags & US_ROW_CASED && (shape != US_SHAPE_UPPER || row_shouts(m, r))) shape = US_SHAPE_LOWER;
  us_tag plain_tag = US_TAG_NONE;
  if (match->slot != UINT32_MAX) { /* what it copies from the text is no part of the row */
    *possible = write_row(s, m, r, match, (us_tag)arc->tag, &plain_tag);
    arc->plain_tag = (uint8_t)plain_tag;
    if (!*possible) return !s->text.failed;
    return set_shaped(s, us_buf_slice(&s->text), shape, arc);
  }
  uint64_t key = us_written_key(arc->table, match->row, (us_tag)arc->tag);
  const us_written *w = us_written_find(s, key);
  if (!w) {
    *possible = write_row(s, m, r, match, (us_tag)arc->tag, &plain_tag);
    w = us_written_add(s, key, *possible, plain_tag);
  }
  if (!w) return false;
  *possible = !w->impossible;
  return !*possible || us_arc_write(s, w, shape, arc);
}

/* Of two rows somebody's word stays, not a count; then the surer one, of equally sure ones that of the higher table,
 * then the one that asks for more. */
static bool outranks(const us_arc *arc, const us_arc *old) {
  const us_row_record *a = arc->row, *b = old->row;
  if (!a || !b) return a != NULL;
  if (us_row_is_learned(a) != us_row_is_learned(b)) return us_row_is_learned(b);
  if (a->strength != b->strength) return a->strength > b->strength;
  return arc->table > old->table || a->condition_count > b->condition_count;
}

/* What ARC knows and OLD, the same change found before, did not. */
static void join(us_arc *old, const us_arc *arc) {
  if (arc->pair && !old->pair && !(us_row_is_written(old->row) && us_channel_repeats_rows(arc->pair))) {
    old->pair = arc->pair;
    old->group = arc->group;
    old->rank = arc->rank;
  }
  old->expression |= arc->expression & (US_ARC_MEND | US_ARC_COMPOUND); /* no less safe if others offer it, too */
  if (arc->row && (!old->row || us_row_is_learned(old->row))) old->families = arc->families;
  if (outranks(arc, old)) {
    old->row = arc->row;
    old->table = arc->table;
  }
  if (arc->learned && (!old->learned || arc->learned->observed_count > old->learned->observed_count))
    old->learned = arc->learned;
  if (arc->tag_other < old->tag_other) old->tag_other = arc->tag_other;
  if (arc->tag_guessed < old->tag_guessed) old->tag_guessed = arc->tag_guessed;
}

static bool is_same(const us_arc *old, const us_arc *arc) {
  return old->last == arc->last && old->key == arc->key && us_slice_eq(old->after, arc->after);
}

static uint64_t recent_key(const us_arc *arc) { return arc->key + arc->last; }

/* The keys of all that begin where ARC does, side by side: dozens do, and an arc is large. */
static void look_back(us_page *p, const us_arc *arc) {
  size_t begin = p->arcs.n;
  if (p->recent.n && p->recent.first == arc->first && p->recent.begin + p->recent.n == p->arcs.n) return;
  while (begin > 0 && p->arcs.p[begin - 1].first == arc->first) begin--;
  p->recent.first = arc->first;
  p->recent.begin = begin;
  for (p->recent.n = 0; p->recent.n < US_RECENT && begin < p->arcs.n; begin++)
    p->recent.key[p->recent.n++] = recent_key(&p->arcs.p[begin]);
}

/* The same change, found before; NULL if there is none. */
static us_arc *found_before(us_page *p, const us_arc *arc) {
  look_back(p, arc);
  us_arc *first = p->arcs.p + p->recent.begin;
  uint64_t key = recent_key(arc);
  for (size_t i = p->arcs.n - p->recent.begin; i-- > p->recent.n;)
    if (is_same(&first[i], arc)) return &first[i];
  for (size_t i = p->recent.n; i-- > 0;)
    if (p->recent.key[i] == key && is_same(&first[i], arc)) return &first[i];
  return NULL;
}

bool us_arc_add(unspin_session *s, us_arc *arc) {
  us_page *p = &s->page;
  us_slice before = us_slice_sub(p->text, p->tokens.p[arc->first].begin, p->tokens.p[arc->last - 1].end);
  if (us_slice_eq(before, arc->after)) return true;
  if (!arc->words && !us_words_keep(s, arc->after, &s->arena, &arc->words, &arc->word_count)) return false;
  arc->key = us_words_key(arc->words, arc->word_count);
  us_arc *old = found_before(p, arc);
  if (old) {
    join(old, arc);
    return true;
  }
  if (p->recent.n < US_RECENT) p->recent.key[p->recent.n++] = recent_key(arc);
  return us_vec_push(&p->arcs, *arc);
}

/* What speaks against reading the head as a row of that part of speech does. */
void us_tag_features(const unspin_session *s, us_arc *arc, uint32_t tags) {
  if (arc->head == UINT32_MAX) return;
  us_tagged t = s->page.tagged[arc->head];
  float words = (float)(arc->last - arc->first);
  if (tags & US_KEY_GUESSED) arc->tag_guessed = us_forms_readings(s->knowledge->forms, t.word).n ? 1 / words : 0;
  else if (!(tags & 1u << t.tag)) arc->tag_other = (float)t.sure / 255 / words;
}

static bool is_disabled(const unspin_options *o, const us_row_record *r) {
  for (size_t i = 0; i < o->disabled_row_count; i++)
    if (strcmp(o->disabled_rows[i], r->id) == 0) return true;
  return false;
}

static bool fires(unspin_session *s, const us_table *t, const us_match *match) {
  const us_row_record *r = &t->matcher.rows[match->row];
  return !us_table_row_is_off(t, match->row) && !is_disabled(s->options, r) &&
         us_capitals_fit(&s->page, &t->matcher, r, match) && us_stands_free(&s->page, match->first, match->last) &&
         us_conditions_hold(s, t, r, match);
}

/* An optional word is consumed where it is there: whether the row matches with it, too. */
static bool fires_with_more(unspin_session *s, const us_table *t, const us_match *match) {
  for (size_t i = 0; i < s->matches.n; i++) {
    const us_match *other = &s->matches.p[i];
    if (other->row == match->row && other->last > match->last && fires(s, t, other)) return true;
  }
  return false;
}

static bool add_row(unspin_session *s, uint32_t table, const us_match *match) {
  const us_table *t = &s->knowledge->tables[table];
  const us_row_record *r = &t->matcher.rows[match->row];
  if (!fires(s, t, match) || fires_with_more(s, t, match)) return true;
  us_arc arc = {.first = match->first,
                .last = match->last,
                .row = r,
                .learned = us_row_is_learned(r) ? r : NULL,
                .table = (uint8_t)table,
                .families = r->families,
                .tag = (uint8_t)us_head_tag(s, match->head, match->tags),
                .head = match->head};
  bool possible;
  if (!build_after(s, t, match, &arc, &possible)) return false;
  if (!possible) return true;
  us_tag_features(s, &arc, match->tags);
  return us_arc_add(s, &arc);
}

/* At most this many matches are weighed at one token: a table with pathological rows must not make the work grow
 * without bound. */
enum { MOST_MATCHES = 64 };

/* Needs the keys of token I and of those that a row may reach from there. */
static bool suggest_at(unspin_session *s, uint32_t i) {
  const us_page *p = &s->page;
  for (uint32_t t = 0; t < s->knowledge->table_count; t++) {
    const us_token_key *keys = p->keys + t * p->room;
    if (!keys[i].open) continue;
    s->matches.n = 0;
    if (!us_matcher_find(&s->knowledge->tables[t].matcher, keys, (uint32_t)p->tokens.n, i, &s->matches)) return false;
    for (size_t k = 0; k < s->matches.n && k < MOST_MATCHES; k++)
      if (!add_row(s, t, &s->matches.p[k])) return false;
  }
  return (!s->knowledge->channel.groups || us_suggest_channel(s, i)) && us_mend_at(s, i) &&
         us_siblings_suggest_at(s, i);
}

bool us_suggest_at(unspin_session *s, uint32_t i) {
  us_page *p = &s->page;
  for (uint32_t t = 0; t < s->knowledge->table_count; t++)
    for (uint32_t k = i; k < p->tokens.n && k < i + US_PATTERN_MAX; k++)
      us_page_make_key(s, t, k, &p->keys[t * p->room + k]);
  return suggest_at(s, i) && !s->text.failed && !s->fold.failed;
}

static bool suggest_fast(unspin_session *s) {
  for (uint32_t i = 0; i < s->page.tokens.n; i++)
    if (us_is_suspicious(s, i) && !us_suggest_at(s, i)) return false;
  return true;
}

bool us_suggest(unspin_session *s) {
  us_page *p = &s->page;
  if (p->has_arcs) return true;
  p->has_arcs = true;
  if (s->options->fast) return suggest_fast(s);
  if (!us_page_make_keys(s)) return false;
  for (uint32_t i = 0; i < p->tokens.n; i++)
    if (!suggest_at(s, i)) return false;
  if (!us_compose(s)) return false;
  return !s->text.failed && !s->fold.failed;
}
