/* quoted.c - whether a document's quotations were spun too. Most spinners go over them like over all else, some spare
 * them, and an author's quotations are testimony. So they are read with the rest, and what was found there is taken
 * back unless they tell of spinning, too. Beyond the gate, how much the text around them does is not asked: once that
 * is restored it tells of none, and a second run would judge otherwise. */
#include "restore/pass.h"

void us_quoted_free(us_quoted *q) { us_vec_free(&q->ranges); }

bool us_quoted_add_page(us_quoted *q, const us_page *p) {
  for (size_t i = 0, end; i < p->tokens.n; i = end) {
    end = i + 1;
    if (!(p->tokens.p[i].flags & US_TF_QUOTED)) continue;
    while (end < p->tokens.n && p->tokens.p[end].flags & US_TF_QUOTED) end++;
    us_range range = {p->offset + p->tokens.p[i].begin, p->offset + p->tokens.p[end - 1].end};
    if (!us_vec_push(&q->ranges, range)) return false;
    for (size_t k = i; k < end; k++)
      q->words += p->tokens.p[k].kind == US_TOK_WORD || p->tokens.p[k].kind == US_TOK_NUMBER;
  }
  return true;
}

bool us_quoted_is_spun(const us_quoted *q, const us_gate_settings *g) {
  return ((double)q->telling + g->quoted_words * g->quoted_assumed) / ((double)q->words + g->quoted_words + 1e-9) >
         g->quoted_share;
}

void us_quoted_take_back(const us_quoted *q, us_edit_vec *edits, uint8_t *sureness) {
  size_t kept = 0, r = 0;
  for (size_t i = 0; i < edits->n; i++) {
    while (r < q->ranges.n && q->ranges.p[r].end <= edits->p[i].begin) r++;
    if (r < q->ranges.n && q->ranges.p[r].begin < edits->p[i].end) continue;
    if (sureness) sureness[kept] = sureness[i];
    edits->p[kept++] = edits->p[i];
  }
  edits->n = kept;
}
