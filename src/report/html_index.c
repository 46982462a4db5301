/* The index of a batch: figures of all documents, three small charts, a table. Readable without script. */
#include "report/html_index.h"

#include <stdlib.h>

#include "report/html.h"

enum { BARS = 20, SLOWEST = 6, DENSEST = 30 };

typedef struct rows {
  const us_web_row *p;
  size_t n;
} rows;

static bool put_documents(FILE *out, const void *cookie) {
  size_t n = ((const rows *)cookie)->n;
  us_web_count(out, n);
  fputs(n == 1 ? " document" : " documents", out);
  return true;
}

static double per_hundred(const us_web_row *row) {
  return row->words ? 100.0 * (double)row->edits / (double)row->words : 0;
}

static bool put_summary(FILE *out, const void *cookie) {
  const rows *all = cookie;
  size_t words = 0, edits = 0, touched = 0, failed = 0;
  for (size_t i = 0; i < all->n; i++) {
    words += all->p[i].words;
    edits += all->p[i].edits;
    touched += all->p[i].edits > 0;
    failed += strcmp(all->p[i].status, "failed") == 0;
  }
  us_web_count(out, edits);
  fprintf(out, " edit%s in ", edits == 1 ? "" : "s");
  us_web_count(out, touched);
  fputs(touched == 1 ? " document, of " : " documents, of ", out);
  us_web_count(out, words);
  fputs(" words.", out);
  if (failed) fprintf(out, " %zu failed.", failed);
  return true;
}

/* A bar for each BARS-th part of 0 to MOST, as high as the share of documents in it. */
static void put_bars(FILE *out, const rows *all, double (*figure)(const us_web_row *), double most, const char *unit) {
  size_t counts[BARS] = {0}, highest = 1;
  for (size_t i = 0; i < all->n; i++) {
    double at = figure(&all->p[i]) / most * BARS;
    size_t bar = at >= BARS ? BARS - 1 : at > 0 ? (size_t)at : 0;
    counts[bar]++;
    if (counts[bar] > highest) highest = counts[bar];
  }
  for (size_t i = 0; i < BARS; i++) {
    fprintf(out, "<div style=\"height:%.1f%%\" title=\"%.4g to %.4g%s: %zu document%s\"></div>",
            100.0 * (double)counts[i] / (double)highest, most * (double)i / BARS, most * (double)(i + 1) / BARS, unit,
            counts[i], counts[i] == 1 ? "" : "s");
  }
}

static double spin_of(const us_web_row *row) { return row->spin * 100; }

static bool put_spin(FILE *out, const void *cookie) {
  put_bars(out, cookie, spin_of, 100, " %");
  return true;
}

static bool put_edits(FILE *out, const void *cookie) {
  put_bars(out, cookie, per_hundred, DENSEST, "");
  return true;
}

static void put_name(FILE *out, const us_web_row *row) {
  if (row->link.n) {
    fputs("<a href=\"", out);
    us_web_path(out, row->link);
    fputs("\">", out);
  }
  us_web_text(out, row->name);
  if (row->link.n) fputs("</a>", out);
}

/* Slowest first; ties as they come. */
static int slower(const void *a, const void *b) {
  const us_web_row *x = *(const us_web_row *const *)a, *y = *(const us_web_row *const *)b;
  if (x->seconds != y->seconds) return x->seconds > y->seconds ? -1 : 1;
  return (x > y) - (x < y);
}

static bool put_slowest(FILE *out, const void *cookie) {
  const rows *all = cookie;
  const us_web_row **order = calloc(all->n + 1, sizeof *order);
  if (!order) return false;
  for (size_t i = 0; i < all->n; i++) order[i] = &all->p[i];
  qsort(order, all->n, sizeof *order, slower);
  for (size_t i = 0; i < all->n && i < SLOWEST && order[i]->seconds > 0; i++) {
    fprintf(out, "<li><i style=\"width:%.1f%%\"></i><span>", 100 * order[i]->seconds / order[0]->seconds);
    put_name(out, order[i]);
    fprintf(out, "</span>%.2f s</li>", order[i]->seconds);
  }
  free(order);
  return true;
}

static void put_number(FILE *out, size_t n) {
  fputs("<td class=\"n\">", out);
  us_web_count(out, n);
  fputs("</td>", out);
}

static bool put_rows(FILE *out, const void *cookie) {
  const rows *all = cookie;
  for (size_t i = 0; i < all->n; i++) {
    const us_web_row *row = &all->p[i];
    fputs("<tr><td>", out);
    put_name(out, row);
    fputs("</td><td>", out);
    us_web_text(out, us_slice_of(row->status));
    fputs("</td>", out);
    put_number(out, row->words);
    put_number(out, row->edits);
    fprintf(out, "<td class=\"n\">%.1f</td><td class=\"n\">%.0f %%</td><td class=\"n\">%.2f</td></tr>\n",
            per_hundred(row), row->spin * 100, row->seconds);
  }
  return true;
}

unspin_status us_web_index_write(FILE *out, const us_web_row *list, size_t n, unspin_error *err) {
  static const us_web_part parts[] = {{"documents", put_documents}, {"summary", put_summary}, {"spin", put_spin},
                                      {"edits", put_edits},         {"slowest", put_slowest}, {"rows", put_rows}};
  rows all = {list, n};
  if (us_web_fill(out, us_web_index, parts, sizeof parts / sizeof *parts, &all)) return UNSPIN_OK;
  return us_nomem(err);
}
