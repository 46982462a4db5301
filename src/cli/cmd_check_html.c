/* The page of a check: what failed and where, with the texts before, after and as they were expected. */
#include <math.h>
#include <stdlib.h>

#include "cli/cmd_check.h"
#include "cli/page.h"

/* Rows that did harm; more would not be read. */
enum { MOST_ROWS = 50 };

/* ---- a text with its places marked ---- */

/* A stretch of the spun text that slots and edits share with one another, and with nothing outside. */
typedef struct mark {
  size_t begin, end;
  bool edited, wrong, kept, slot;
} mark;

typedef US_VEC(mark) mark_vec;

static int by_place(const void *a, const void *b) {
  const mark *x = a, *y = b;
  if (x->begin != y->begin) return x->begin < y->begin ? -1 : 1;
  return (x->end > y->end) - (x->end < y->end);
}

/* Joins what overlaps. */
static void join_marks(mark_vec *v) {
  size_t n = 0;
  for (size_t i = 0; i < v->n; i++) {
    const mark *m = &v->p[i];
    mark *last = n ? &v->p[n - 1] : NULL;
    if (!last || (m->begin >= last->end && m->begin != last->begin)) {
      v->p[n++] = *m;
      continue;
    }
    if (m->end > last->end) last->end = m->end;
    last->edited |= m->edited;
    last->wrong |= m->wrong;
    last->kept |= m->kept;
    last->slot |= m->slot;
  }
  v->n = n;
}

static bool find_marks(const check_case *c, mark_vec *out) {
  for (size_t i = 0; i < c->slots.n; i++) {
    const us_slot *s = &c->slots.p[i];
    if (s->state == US_SLOT_FREE) continue; /* accepted as it is */
    mark m = {.begin = s->begin, .end = s->end, .slot = true};
    m.wrong = s->state == US_SLOT_WRONG;
    m.kept = s->state == US_SLOT_KEPT;
    if (!us_vec_push(out, m)) return false;
  }
  for (size_t i = 0; i < unspin_result_edit_count(c->result); i++) {
    const unspin_edit *e = unspin_result_edit(c->result, i);
    if (!us_vec_push(out, (mark){.begin = e->begin, .end = e->end, .edited = true})) return false;
  }
  if (out->n) qsort(out->p, out->n, sizeof *out->p, by_place);
  join_marks(out);
  return true;
}

static const char *kind_of(const mark *m) {
  if (!m->slot) return "false";
  if (m->wrong || (m->kept && m->edited)) return "wrong";
  return m->kept ? "kept" : "right";
}

/* What was expected: the spun words, with the first accepted phrase in each slot; of a slot by itself all of them. */
static void put_expected(FILE *out, const check_case *c, const mark *m) {
  size_t at = m->begin;
  for (size_t i = 0; i < c->slots.n; i++) {
    const us_slot *s = &c->slots.p[i];
    if (s->begin < at || s->end > m->end || s->state == US_SLOT_FREE) continue;
    us_slice rest = s->want, want = s->want;
    bool alone = s->begin == m->begin && s->end == m->end;
    if (!alone) us_slice_cut(&rest, '|', &want);
    us_web_text(out, us_slice_sub(c->pair->spun, at, s->begin));
    us_web_text(out, us_slice_trim(want));
    if (!alone && s->begin == s->end) fputc(' ', out);
    at = s->end;
  }
  us_web_text(out, us_slice_sub(c->pair->spun, at, m->end));
}

/* *EDIT is the first edit that is not shown yet. */
static void put_mark(FILE *out, const check_case *c, const mark *m, size_t *edit) {
  us_slice spun = c->pair->spun;
  const char *kind = kind_of(m);
  fprintf(out, "<span class=\"s %s\" title=\"%s\"><del>", kind, kind);
  us_web_bytes(out, us_slice_sub(spun, m->begin, m->end), 0);
  fputs(m->edited ? "</del><ins>" : "</del>", out);
  size_t at = m->begin;
  for (; m->edited && *edit < unspin_result_edit_count(c->result); ++*edit) {
    const unspin_edit *e = unspin_result_edit(c->result, *edit);
    if (e->end > m->end || e->begin < at) break;
    us_web_bytes(out, us_slice_sub(spun, at, e->begin), 0);
    us_web_bytes(out, (us_slice){e->after.text, e->after.len}, 0);
    at = e->end;
  }
  if (m->edited) {
    us_web_bytes(out, us_slice_sub(spun, at, m->end), 0);
    fputs("</ins>", out);
  }
  if (m->wrong || m->kept) {
    fputs("<q>", out);
    put_expected(out, c, m);
    fputs("</q>", out);
  }
  fputs("</span>", out);
}

/* Text between the marks, whose line ends the page shows as such. */
static void put_plain(FILE *out, us_slice text) {
  us_slice line;
  for (bool more = false; us_slice_cut(&text, '\n', &line); more = true) {
    if (more) fputc('\n', out);
    us_web_bytes(out, line, text.p ? '\n' : 0);
  }
}

static bool put_text(FILE *out, const check_case *c) {
  mark_vec marks = {0};
  bool ok = find_marks(c, &marks);
  us_slice spun = c->pair->spun;
  size_t at = 0, edit = 0;
  fputs("<p class=\"text\">", out);
  for (size_t i = 0; ok && i < marks.n; i++) {
    const mark *m = &marks.p[i];
    put_plain(out, us_slice_sub(spun, at, m->begin));
    put_mark(out, c, m, &edit);
    at = m->end;
  }
  put_plain(out, us_slice_sub(spun, at, spun.n));
  fputs("</p>\n", out);
  us_vec_free(&marks);
  return ok;
}

/* ---- a pair ---- */

static void put_blame(FILE *out, const check_case *c, const check_fault *f) {
  fputs("<td>", out);
  for (size_t i = 0; i < f->edit_count; i++) {
    const unspin_edit *e = unspin_result_edit(c->result, f->first_edit + i);
    if (i) fputs(", ", out);
    us_web_text(out, us_slice_of(e->row));
    fputs(e->source && *e->source ? " (" : "", out);
    us_web_text(out, us_slice_of(e->source ? e->source : ""));
    fputs(e->source && *e->source ? ")" : "", out);
  }
  if (f->offer) {
    us_web_text(out, us_slice_of(f->offer));
    fputs(f->offer_fits ? " has it" : " has another phrase", out);
  }
  fputs("</td>", out);
}

static void put_faults(FILE *out, const check_case *c) {
  if (!c->faults.n) return;
  fputs(
      "<div class=\"scroll\"><table class=\"all\"><thead><tr><th scope=\"col\">line</th><th scope=\"col\">fault</th>"
      "<th scope=\"col\">spun</th><th scope=\"col\">restored</th><th scope=\"col\">expected</th>"
      "<th scope=\"col\">row</th></tr></thead><tbody>\n",
      out);
  for (size_t i = 0; i < c->faults.n; i++) {
    const check_fault *f = &c->faults.p[i];
    us_slice spun = us_slice_sub(c->pair->spun, f->begin, f->end);
    fprintf(out, "<tr><td>%zu</td>", check_line(c->pair, f->begin));
    cli_page_words(out, us_slice_of(check_fault_name(f->kind)));
    cli_page_words(out, us_slice_trim(spun));
    cli_page_words(out, f->kind == CHECK_KEPT ? US_LIT("") : f->now);
    cli_page_words(out, us_slice_trim(f->kind == CHECK_FALSE ? spun : f->want));
    put_blame(out, c, f);
    fputs("</tr>\n", out);
  }
  fputs("</tbody></table></div>\n", out);
}

static void put_scores(FILE *out, const check_case *c) {
  const us_tally *t = &c->tally;
  if (c->clean) {
    fprintf(out, "%zu of %zu words changed", t->false_words, t->words);
    return;
  }
  fprintf(out, "%zu of %zu right, %zu kept, %zu wrong, %zu word%s false", t->right, t->slots - t->free, t->kept,
          t->wrong, t->false_words, t->false_words == 1 ? "" : "s");
  double undone = us_tally_undone(t);
  if (!isnan(undone)) fprintf(out, "; undone %.3f", undone);
  if (c->old && !isnan(us_tally_undone(&c->old->tally))) fprintf(out, " (was %.3f)", us_tally_undone(&c->old->tally));
}

/* Good and bad as the reader asks: whether the pair came out as its originals are. */
static const char *class_of(const check_case *c) {
  if (c->falls || c->verdict == CHECK_FAILS) return "bad";
  return c->passes ? "good" : "bad known";
}

static bool html_pair(check_run *run, const check_case *c, const check_changes *changes) {
  FILE *out = run->html_pairs.out;
  fprintf(out, "<details class=\"pair %s\"><summary><b>", class_of(c));
  us_web_text(out, us_slice_of(c->falls ? "fell" : check_verdict_name(c->verdict)));
  fputs("</b> <span class=\"key\">", out);
  us_web_text(out, us_slice_of(c->key));
  fputs("</span> ", out);
  put_scores(out, c);
  size_t gained = 0;
  for (size_t i = 0; i < changes->n; i++) gained += changes->p[i].gained;
  if (changes->n) fprintf(out, "; %zu gained, %zu lost", gained, changes->n - gained);
  fputs("</summary>\n", out);
  bool ok = put_text(out, c);
  put_faults(out, c);
  fputs("</details>\n", out);
  return ok && !ferror(out);
}

static bool html_error(check_run *run, const char *message) {
  FILE *out = run->html_pairs.out;
  fputs("<details class=\"pair bad\"><summary><b>error</b> <span class=\"key\">", out);
  us_web_text(out, us_slice_of(message));
  fputs("</span></summary></details>\n", out);
  return !ferror(out);
}

/* ---- sums ---- */

static bool put_summary(FILE *out, const void *cookie) {
  const check_run *run = cookie;
  us_web_count(out, run->pairs);
  fputs(run->pairs == 1 ? " pair, " : " pairs, ", out);
  if (run->failed) us_web_count(out, run->failed);
  else fputs("none", out);
  fputs(" failed", out);
  if (run->errors) fprintf(out, ", %zu error%s", run->errors, run->errors == 1 ? "" : "s");
  if (run->has_baseline) fprintf(out, "; since the baseline %zu places gained, %zu lost", run->gained, run->lost);
  return true;
}

static void put_suite(FILE *out, const check_suite *s) {
  fputs("<tr><th scope=\"row\">", out);
  us_web_text(out, us_slice_of(s->name));
  fputs("</th>", out);
  cli_page_count(out, s->pairs);
  cli_page_count(out, s->failed);
  cli_page_count(out, s->spun.words + s->clean.words);
  for (check_figure f = CHECK_UNDONE; f <= CHECK_EXACT; f++)
    cli_page_number(out, s->spun.texts ? check_figure_of(f, &s->spun) : (double)NAN, 3, false);
  if (s->clean_pairs) fprintf(out, "<td class=\"n\">%zu of %zu</td>", s->clean_changed, s->clean_pairs);
  else fputs("<td class=\"n\">–</td>", out);
  cli_page_number(out, s->clean_pairs ? us_tally_false_per_1000(&s->clean) : (double)NAN, 2, false);
  fputs("</tr>\n", out);
}

static bool put_suites(FILE *out, const void *cookie) {
  const check_run *run = cookie;
  for (size_t i = 0; i < run->suites.n; i++) put_suite(out, &run->suites.p[i]);
  check_suite total = check_total(run);
  if (run->suites.n != 1) put_suite(out, &total);
  return true;
}

static bool put_falls(FILE *out, const void *cookie) {
  const check_run *run = cookie;
  if (!run->falls.n) return true;
  fputs("<section class=\"box\"><h2>Worse than the baseline</h2><ul>", out);
  for (size_t i = 0; i < run->falls.n; i++) {
    const check_fall *f = &run->falls.p[i];
    fputs("<li>", out);
    us_web_text(out, us_slice_of(f->suite));
    fprintf(out, ": %s %.4f, was %.4f</li>", check_figure_name(f->figure), f->now, f->then);
  }
  fputs("</ul></section>", out);
  return true;
}

static bool put_pairs(FILE *out, const void *cookie) {
  const check_run *run = cookie;
  fwrite(run->html_pairs.text, 1, run->html_pairs.n, out);
  return true;
}

static bool put_rows(FILE *out, const void *cookie) {
  const check_run *run = cookie;
  size_t n = run->rows.rows.n;
  const check_row **rows = check_rows_by_harm(&run->rows);
  if (!rows) return false;
  for (size_t i = 0; i < n && i < MOST_ROWS && rows[i]->wrong + rows[i]->false_edits; i++) {
    fputs("<tr>", out);
    cli_page_words(out, us_slice_of(rows[i]->id));
    cli_page_count(out, rows[i]->wrong);
    cli_page_count(out, rows[i]->false_edits);
    cli_page_count(out, rows[i]->right);
    cli_page_words(out, us_slice_of(rows[i]->source ? rows[i]->source : "–"));
    fputs("</tr>\n", out);
  }
  free(rows);
  return true;
}

/* ---- the page ---- */

static bool html_begin(check_run *run) {
  run->html_pairs.out = open_memstream(&run->html_pairs.text, &run->html_pairs.n);
  return run->html_pairs.out != NULL;
}

static bool html_end(check_run *run) {
  static const us_web_part parts[] = {
      {"summary", put_summary}, {"suites", put_suites}, {"falls", put_falls}, {"pairs", put_pairs}, {"rows", put_rows}};
  bool whole = fclose(run->html_pairs.out) == 0;
  run->html_pairs.out = NULL;
  if (!whole) cli_message("%s: out of memory", run->html);
  return whole && cli_page_write(run->html, us_web_check, parts, sizeof parts / sizeof *parts, run);
}

const check_reporter check_html = {.begin = html_begin, .pair = html_pair, .error = html_error, .end = html_end};
