#include "phrases/pattern.h"

#include <stdlib.h>

#include "text/token.h"

enum { NO_HEAD = -1 };

static bool in_list(us_slice word, const us_slice *list, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (us_slice_eq(word, list[i])) return true;
  return false;
}

/* The head where none is starred: first word of a verb phrase, last word of an adjective, last word before the
 * preposition of a noun. */
static int default_head(const us_pattern *p, char pos, const us_slice *prepositions, size_t n) {
  if (pos == 'r' || pos == 'x') return NO_HEAD;
  if (pos == 'v') return 0;
  int head = NO_HEAD;
  for (size_t i = 0; i < p->n; i++) {
    if (pos == 'n' && head != NO_HEAD && in_list(p->el[i].text, prepositions, n)) break;
    if (p->el[i].kind == US_EL_WORD && !p->el[i].optional) head = (int)i;
  }
  return head;
}

static unspin_status add(us_pattern *p, us_element e, const char *where, unspin_error *err) {
  if (p->n == US_PATTERN_MAX)
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: a phrase of more than %d words", where, US_PATTERN_MAX);
  p->el[p->n++] = e;
  return UNSPIN_OK;
}

/* One blank-separated word: "(to)", "loss*", "one's", "#", "don't", "company's". */
static unspin_status add_word(us_slice word, us_pattern *p, int *starred, const char *where, unspin_error *err) {
  us_element e = {.kind = US_EL_WORD};
  if (us_slice_eq(word, US_LIT("one's")) || us_slice_eq(word, US_LIT("#"))) {
    e.kind = word.n == 1 ? US_EL_NUMBER : US_EL_OWNER;
    e.text = word;
    return add(p, e, where, err);
  }
  if (word.n > 2 && word.p[0] == '(' && word.p[word.n - 1] == ')') {
    e.optional = true;
    word = us_slice_sub(word, 1, word.n - 1);
  }
  if (word.n && (memchr(word.p, '(', word.n) || memchr(word.p, ')', word.n)))
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: '%.*s': brackets stand around one word: (to)", where, (int)word.n,
                   word.p);
  bool star = word.n > 1 && word.p[word.n - 1] == '*';
  size_t first = p->n;
  if (star) word.n--;
  us_token_vec tokens = {0};
  unspin_status status = us_tokenize(word, NULL, &tokens) ? UNSPIN_OK : us_nomem(err);
  for (size_t i = 0; !status && i < tokens.n; i++) {
    e.text = us_token_text(word, tokens.p[i]);
    e.glued = i > 0;
    if (tokens.p[i].kind == US_TOK_OTHER)
      status = us_fail(err, UNSPIN_ERR_FORMAT, "%s: '%.*s' cannot stand in a phrase", where, (int)word.n, word.p);
    else status = add(p, e, where, err);
  }
  us_vec_free(&tokens);
  if (status || !star) return status;
  if (p->n == first) return us_fail(err, UNSPIN_ERR_FORMAT, "%s: a * behind no word", where); /* a blank of Unicode's */
  *starred = (int)first;
  return UNSPIN_OK;
}

unspin_status us_pattern_parse(us_slice phrase, char pos, const us_slice *prepositions, size_t preposition_count,
                               const char *where, us_pattern *out, unspin_error *err) {
  *out = (us_pattern){.n = 0};
  int head = NO_HEAD;
  us_slice rest = phrase, word;
  while (us_slice_cut(&rest, ' ', &word)) US_TRY(add_word(word, out, &head, where, err));
  if (head == NO_HEAD) head = default_head(out, pos, prepositions, preposition_count);
  else if (pos == 'r' || pos == 'x')
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: a * in a phrase that does not inflect", where);
  if (head != NO_HEAD) {
    if (out->el[head].kind != US_EL_WORD) return us_fail(err, UNSPIN_ERR_FORMAT, "%s: the head is not a word", where);
    out->el[head].kind = US_EL_HEAD;
  }
  for (size_t i = 0; i < out->n; i++)
    if (!out->el[i].optional) return UNSPIN_OK;
  return us_fail(err, UNSPIN_ERR_FORMAT, "%s: every word of a phrase is optional", where);
}
