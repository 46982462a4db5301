#include "forms/tagger.h"

#include <stdlib.h>

#include "forms/forms_impl.h"
#include "forms/rules.h"

/* Natural log times 256. Settled by hand on tests/forms/tagging.tsv. */
enum {
  NAME_INSIDE_BONUS = 640,     /* a capital where the sentence asks for none */
  NAME_INSIDE_MISSING = -1000, /* the same, though the lexicon knows no such name */
  NAME_LOWER = -1800,          /* a name written small */
  NAME_UNKNOWN_FIRST = -300,   /* an unknown word with a capital at the start */
  HYPHEN_ADJ = -200,           /* a compound as an adjective */
  SURE_MARGIN = 1024,          /* a best path that is ahead by so much is as good as certain */
  NEVER = INT32_MIN / 4
};

/* One reading of one token in the lattice. */
typedef struct cand {
  us_word lemma;
  int32_t own;           /* its reading's weight */
  int32_t forward, back; /* best path to and from it; forward includes OWN, back does not */
  uint32_t from;         /* index of the best candidate before it */
  uint8_t tag, enter, leave, carry;
  bool carries;
} cand;

typedef struct column {
  uint32_t begin, end; /* candidates */
  uint32_t token;
} column;

struct us_tag_scratch {
  US_VEC(cand) cands;
  US_VEC(column) columns;
  us_buf folded;
};

us_tag_scratch *us_tag_scratch_new(void) { return calloc(1, sizeof(us_tag_scratch)); }

void us_tag_scratch_free(us_tag_scratch *s) {
  if (!s) return;
  us_vec_free(&s->cands);
  us_vec_free(&s->columns);
  us_buf_free(&s->folded);
  free(s);
}

typedef struct work {
  const us_forms *f;
  us_slice window;
  const us_token *tokens;
  us_tag_scratch *s;
  bool first;    /* no word of the sentence has been seen */
  bool headline; /* nearly every word has a capital, so that capitals mean nothing */
} work;

static bool add(work *w, const us_state *state, us_tag tag, us_word lemma, int32_t weight) {
  cand c = {.lemma = lemma,
            .own = weight,
            .tag = (uint8_t)tag,
            .enter = state->enter,
            .leave = state->leave,
            .carry = state->carry,
            .carries = state->leave == US_CARRIES};
  return us_vec_push(&w->s->cands, c);
}

static bool add_state(work *w, enum us_known_state id, us_tag tag, int32_t weight) {
  return add(w, &w->f->states[id], tag, 0, weight);
}

static bool add_readings(work *w, us_readings readings, int32_t name_weight, int32_t penalty, bool *named) {
  for (size_t i = 0; i < readings.n; i++) {
    const us_reading *r = &readings.p[i];
    bool name = r->state == US_ST_NP;
    if (name) *named = true;
    if (!add(w, &w->f->states[r->state], (us_tag)r->tag, r->lemma, r->weight + penalty + (name ? name_weight : 0)))
      return false;
  }
  return true;
}

static us_slice fold(work *w, us_slice text) {
  us_buf *b = &w->s->folded;
  us_buf_clear(b);
  bool ascii = us_buf_reserve(b, text.n + 1);
  for (size_t i = 0; ascii && i < text.n; i++) {
    unsigned char c = (unsigned char)text.p[i];
    if (c >= 0x80) ascii = false;
    b->p[i] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
  }
  if (ascii) b->n = text.n;
  else us_fold(b, text);
  return us_buf_slice(b);
}

/* The readings of the longest ending that suffix-guesses.tsv knows. */
static us_readings guess(const us_forms *f, us_slice folded) {
  long at = -1;
  for (size_t n = folded.n > 8 ? 8 : folded.n; n > 0 && at < 0; n--)
    at = us_key_find(f->suffix_keys, f->suffix_count, f->suffix_text, us_slice_sub(folded, folded.n - n, folded.n));
  if (at < 0) at = us_key_find(f->suffix_keys, f->suffix_count, f->suffix_text, US_LIT("*"));
  if (at < 0) return (us_readings){NULL, 0};
  const us_key *key = &f->suffix_keys[at];
  return (us_readings){f->suffix_readings + key->value, key[1].value - key->value};
}

static bool add_word(work *w, const us_token *token, us_slice folded, us_tagged *out) {
  bool capital = !w->headline &&
                 (token->shape == US_SHAPE_TITLE || token->shape == US_SHAPE_UPPER || token->shape == US_SHAPE_MIXED);
  bool inside = capital && !w->first;
  bool lower = token->shape == US_SHAPE_LOWER;
  int32_t name_weight = inside ? NAME_INSIDE_BONUS : lower ? NAME_LOWER : 0;
  us_word word = us_forms_word(w->f, folded);
  us_readings readings = us_forms_readings(w->f, word);
  bool named = false;
  out->word = word;
  w->first = false;
  if (readings.n) {
    bool function = (us_forms_flags(w->f, word) & US_WF_FUNCTION) != 0;
    if (!add_readings(w, readings, readings.n > 1 ? name_weight : 0, 0, &named)) return false;
    bool shouted = token->shape == US_SHAPE_UPPER && !w->headline;
    if (function && shouted) return add_state(w, US_ST_NP, US_TAG_NAME, 0); /* US, IT, WHO */
    return !inside || named || function || add_state(w, US_ST_NP, US_TAG_NAME, NAME_INSIDE_MISSING);
  }
  if (inside) return add_state(w, US_ST_NP, US_TAG_NAME, 0);
  size_t hyphen = folded.n;
  while (hyphen > 0 && folded.p[hyphen - 1] != '-') hyphen--;
  us_slice last = us_slice_sub(folded, hyphen, folded.n);
  if (hyphen > 1 && last.n) {
    us_readings tail = us_forms_analyse(w->f, last);
    if (!add_readings(w, tail.n ? tail : guess(w->f, last), NAME_LOWER, HYPHEN_ADJ, &named)) return false;
    return add_state(w, US_ST_JJ, US_TAG_ADJ, HYPHEN_ADJ);
  }
  if (capital && !add_state(w, US_ST_NP, US_TAG_NAME, NAME_UNKNOWN_FIRST)) return false;
  return add_readings(w, guess(w->f, folded), 0, 0, &named);
}

static bool quote_mark(us_slice t) {
  static const char *const MARKS[] = {"\"",     "'",      "\u201c", "\u201d", "\u2018",
                                      "\u2019", "\u00ab", "\u00bb", "\u201e", "\u201a"};
  for (size_t i = 0; i < sizeof MARKS / sizeof *MARKS; i++)
    if (us_slice_eq(t, us_slice_of(MARKS[i]))) return true;
  return false;
}

/* Adds the column of one token; a token that is no part of the grammar (a quotation mark) gets none. */
static bool add_token(work *w, uint32_t index, us_tagged *out) {
  const us_token *token = &w->tokens[index];
  us_slice text = us_token_text(w->window, *token);
  uint32_t begin = (uint32_t)w->s->cands.n;
  bool ok = true;
  switch ((us_token_kind)token->kind) {
    case US_TOK_WORD:
    case US_TOK_CLITIC:
      ok = add_word(w, token, fold(w, text), out);
      ok = ok && !w->s->folded.failed;
      break;
    case US_TOK_NUMBER:
      if (text.n && text.p[text.n - 1] == 's') ok = add_state(w, US_ST_NNS, US_TAG_NUM, 0);
      else ok = add_state(w, US_ST_CD, US_TAG_NUM, 0);
      w->first = false;
      break;
    case US_TOK_PUNCT:
      if (quote_mark(text)) break;
      ok =
          add_state(w, text.p[0] == '.' || text.p[0] == '!' || text.p[0] == '?' ? US_ST_PE : US_ST_CM, US_TAG_PUNCT, 0);
      break;
    case US_TOK_ABBREV:
      ok = add_state(w, US_ST_NP, US_TAG_NAME, 0);
      w->first = false;
      break;
    case US_TOK_VERBATIM:
      ok = add_state(w, US_ST_NP, US_TAG_OTHER, 0);
      w->first = false;
      break;
    case US_TOK_OTHER: ok = add_state(w, US_ST_SY, US_TAG_OTHER, 0); break;
  }
  out->tag = US_TAG_PUNCT;
  if (!ok || w->s->cands.n == begin) return ok;
  return us_vec_push(&w->s->columns, (column){begin, (uint32_t)w->s->cands.n, index});
}

static int32_t transition(const us_forms *f, const cand *a, const cand *b) {
  return f->transitions[a->leave * f->header.ends + b->enter];
}

/* Where the candidates in [begin, end) come from. Carrying ones are told apart by what they pass on: each is split
 * into one for every kind of predecessor. COLUMN's own candidates must be the last in the vector. */
static bool link_forward(work *w, const column *before, column *now) {
  us_tag_scratch *s = w->s;
  uint32_t end = now->end;
  for (uint32_t i = now->begin; i < end; i++) {
    cand c = s->cands.p[i];
    c.forward = NEVER;
    if (!c.carries) {
      for (uint32_t j = before->begin; j < before->end; j++) {
        int32_t score = s->cands.p[j].forward + transition(w->f, &s->cands.p[j], &c) + c.own;
        if (score <= c.forward) continue;
        c.forward = score;
        c.from = j;
      }
      s->cands.p[i] = c;
      continue;
    }
    bool placed = false;
    for (uint32_t j = before->begin; j < before->end; j++) {
      const cand *p = &s->cands.p[j];
      int32_t score = p->forward + transition(w->f, p, &c) + c.own;
      cand *same = NULL;
      if (placed && s->cands.p[i].carry == p->carry) same = &s->cands.p[i];
      for (uint32_t k = end; !same && k < s->cands.n; k++) {
        cand *q = &s->cands.p[k];
        if (q->tag == c.tag && q->lemma == c.lemma && q->enter == c.enter && q->carry == p->carry) same = q;
      }
      if (same) {
        if (score <= same->forward) continue;
        same->forward = score;
        same->from = j;
        continue;
      }
      cand split = c;
      split.leave = split.carry = p->carry;
      split.forward = score;
      split.from = j;
      if (placed) {
        if (!us_vec_push(&s->cands, split)) return false;
      } else {
        s->cands.p[i] = split;
        placed = true;
      }
    }
  }
  now->end = (uint32_t)s->cands.n;
  return true;
}

static void link_back(const work *w, const column *now, const column *after) {
  cand *c = w->s->cands.p;
  for (uint32_t i = now->begin; i < now->end; i++) {
    int32_t best = NEVER;
    for (uint32_t j = after->begin; j < after->end; j++) {
      if (c[j].carries && c[j].carry != c[i].carry) continue;
      int32_t score = transition(w->f, &c[i], &c[j]) + c[j].own + c[j].back;
      if (score > best) best = score;
    }
    c[i].back = best;
  }
}

static void choose(const work *w, us_tagged *out) {
  us_tag_scratch *s = w->s;
  uint32_t at = s->cands.p[s->columns.p[s->columns.n - 1].begin].from; /* the one candidate of the end has no choice */
  for (size_t i = s->columns.n - 2; i > 0; i--) {
    const column *col = &s->columns.p[i];
    const cand *best = &s->cands.p[at];
    int32_t other = NEVER, total = best->forward + best->back;
    for (uint32_t j = col->begin; j < col->end; j++) {
      const cand *c = &s->cands.p[j];
      if (c->tag != best->tag && c->forward + c->back > other) other = c->forward + c->back;
    }
    us_tagged *t = &out[col->token];
    int32_t margin = other == NEVER || total - other > UINT16_MAX ? UINT16_MAX : total - other;
    t->tag = best->tag;
    t->lemma = best->lemma;
    t->margin = (uint16_t)(margin < 0 ? 0 : margin);
    t->sure = (uint8_t)(t->margin >= SURE_MARGIN ? 255 : 128 + t->margin * 127 / SURE_MARGIN);
    at = best->from;
  }
}

bool us_is_headline(const us_token *tokens, size_t n) {
  size_t words = 0, capital = 0;
  for (size_t i = 0; i < n; i++) {
    if (tokens[i].kind != US_TOK_WORD) continue;
    words++;
    capital += tokens[i].shape == US_SHAPE_TITLE || tokens[i].shape == US_SHAPE_UPPER;
  }
  return words >= 4 && capital * 10 >= words * 7;
}

static bool add_edge(work *w) {
  uint32_t begin = (uint32_t)w->s->cands.n;
  return add_state(w, US_ST_EDGE, US_TAG_NONE, 0) && us_vec_push(&w->s->columns, (column){begin, begin + 1, 0});
}

bool us_tag_sentence(const us_forms *f, us_slice window, const us_token *tokens, size_t n, us_tag_scratch *s,
                     us_tagged *out) {
  work w = {.f = f, .window = window, .tokens = tokens, .s = s, .first = true};
  w.headline = us_is_headline(tokens, n);
  s->cands.n = s->columns.n = 0;
  s->folded.failed = false;
  if (!add_edge(&w)) return false;
  for (size_t i = 0; i < n; i++) {
    out[i] = (us_tagged){.tag = US_TAG_PUNCT, .sure = 255, .margin = UINT16_MAX};
    size_t columns = s->columns.n;
    if (!add_token(&w, (uint32_t)i, &out[i])) return false;
    if (s->columns.n > columns && !link_forward(&w, &s->columns.p[columns - 1], &s->columns.p[columns])) return false;
  }
  if (!add_edge(&w) || !link_forward(&w, &s->columns.p[s->columns.n - 2], &s->columns.p[s->columns.n - 1]))
    return false;
  for (size_t i = s->columns.n - 1; i > 0; i--) link_back(&w, &s->columns.p[i - 1], &s->columns.p[i]);
  choose(&w, out);
  return true;
}

bool us_tag_window(const us_forms *f, us_slice window, const us_token *tokens, size_t n, us_tag_scratch *scratch,
                   us_tagged *out) {
  for (size_t begin = 0, end; begin < n; begin = end) {
    end = begin + 1;
    while (end < n && !(tokens[end].flags & US_TF_SENTENCE)) end++;
    if (!us_tag_sentence(f, window, tokens + begin, end - begin, scratch, out + begin)) return false;
  }
  return true;
}
