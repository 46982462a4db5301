#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/cmd_score_original.h"
#include "report/safe.h"

enum { NUMBER = 9 }; /* columns of a figure */

static void put_number(double value, int decimals, bool sign) {
  if (isnan(value)) printf("%*s", NUMBER, "-");
  else printf(sign ? "%+*.*f" : "%*.*f", NUMBER, decimals, value);
}

/* Green or red where chance alone does not explain the change. */
static const char *color_of(us_interval i, bool less_is_better) {
  if (isnan(i.low) || (i.low <= 0 && i.high >= 0)) return "";
  return (i.low > 0) != less_is_better ? "\x1b[32m" : "\x1b[31m";
}

static void put_average(const us_aligned_average *average, bool color) {
  printf("%-16s %*s%*s%*s  95 %% interval\n", "", NUMBER, "before", NUMBER, "after", NUMBER, "change");
  for (int i = 0; i < US_FIGURES; i++) {
    const us_figure_kind *kind = &us_figure_kinds[i];
    const us_figures *f = &average->figures;
    us_interval interval = average->change[i];
    bool change = !isnan(f->before[i]);
    const char *paint = color && change ? color_of(interval, kind->less_is_better) : "";
    printf("%-16s ", kind->label);
    put_number(f->before[i], kind->decimals, false);
    put_number(f->after[i], kind->decimals, false);
    fputs(paint, stdout);
    put_number(change ? us_figures_change(f, i) : (double)NAN, kind->decimals, true);
    if (*paint) fputs("\x1b[0m", stdout);
    if (!isnan(interval.low))
      printf(change ? "  [%+.*f, %+.*f]" : "  [%.*f, %.*f]", kind->decimals, interval.low, kind->decimals,
             interval.high);
    putchar('\n');
  }
}

static void put_articles(const score_run *run, const original_report *r) {
  static const int columns[] = {US_FIGURE_UNDONE, US_FIGURE_ERR, US_FIGURE_F05, US_FIGURE_EXACT};
  static const int pairs[] = {US_FIGURE_BLEU, US_FIGURE_CHRF2, US_FIGURE_TER};
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
    printf("%*s", NUMBER, columns[i] == US_FIGURE_EXACT ? "exact" : us_figure_kinds[columns[i]].label);
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
    printf("%*s%*s", NUMBER, us_figure_kinds[pairs[i]].label, NUMBER, "after");
  puts("   article");
  for (size_t k = 0; k < r->articles.n; k++) {
    us_figures f = us_aligned_figures(&r->articles.p[k]);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) put_number(f.after[columns[i]], 3, false);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
      put_number(f.before[pairs[i]], 2, false);
      put_number(f.after[pairs[i]], 2, false);
    }
    fputs("   ", stdout);
    us_safe_write(stdout, us_slice_of(run->items.p[k].name), false);
    putchar('\n');
  }
}

void original_print_table(const score_run *run, const original_report *r) {
  bool color = cli_use_color(run->color);
  if (r->articles.n > 1) {
    put_articles(run, r);
    printf("\nMicro: all %zu articles as one text\n", r->articles.n);
  }
  put_average(&r->micro, color);
  if (r->articles.n > 1) {
    printf("\nMacro: the mean of the articles' own figures\n");
    put_average(&r->macro, color);
  }
  putchar('\n');
  if (run->rounds && r->units > 1)
    printf("95 %% intervals of the change, or of what has no before: %zu drawings of %zu %s, seed %llu\n", run->rounds,
           r->units, r->unit, (unsigned long long)run->seed);
  else if (run->rounds) printf("No intervals: they need two %s or more\n", r->unit);
  for (int i = 0; i < US_FIGURES; i++)
    if (us_figure_kinds[i].signature) printf("%-8s %s\n", us_figure_kinds[i].label, us_figure_kinds[i].signature);
  if (run->knowledge)
    printf("%-8s unspin %s, knowledge %s\n", "restored", unspin_version(), unspin_knowledge_hash(run->knowledge));
}

/* ---- JSON ---- */

static json_t *number(double value) { return isfinite(value) ? json_real(value) : json_null(); }

static json_t *json_figures(const double *values) {
  json_t *o = json_object();
  for (int i = 0; i < US_FIGURES; i++)
    if (!isnan(values[i])) json_object_set_new(o, us_figure_kinds[i].key, number(values[i]));
  return o;
}

static void put_figures(json_t *into, const us_figures *f) {
  json_t *change = json_object();
  for (int i = 0; i < US_FIGURES; i++)
    if (!isnan(f->before[i])) json_object_set_new(change, us_figure_kinds[i].key, number(us_figures_change(f, i)));
  json_object_set_new(into, "before", json_figures(f->before));
  json_object_set_new(into, "after", json_figures(f->after));
  json_object_set_new(into, "change", change);
}

static json_t *json_average(const us_aligned_average *average) {
  json_t *o = json_object(), *intervals = json_object();
  put_figures(o, &average->figures);
  for (int i = 0; i < US_FIGURES; i++) {
    us_interval c = average->change[i];
    if (isnan(c.low)) continue;
    json_object_set_new(intervals, us_figure_kinds[i].key, json_pack("[oo]", number(c.low), number(c.high)));
  }
  json_object_set_new(o, "interval", intervals);
  return o;
}

/* A path may hold any byte, and JSON only text. */
static json_t *json_name(const char *name) {
  json_t *text = json_string(name);
  return text ? text : json_string("(a name that is no UTF-8)");
}

static json_t *json_tally(const us_tally *t) {
  return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}", "words", (json_int_t)t->words, "slots",
                   (json_int_t)(t->slots - t->free), "right", (json_int_t)t->right, "kept", (json_int_t)t->kept,
                   "wrong", (json_int_t)t->wrong, "false", (json_int_t)t->false_words, "distance_before",
                   (json_int_t)t->before, "distance_after", (json_int_t)t->after, "sentences",
                   (json_int_t)t->sentences);
}

static json_t *json_article(const score_item *item, const us_aligned *sums) {
  json_t *o = json_object();
  us_figures f = us_aligned_figures(sums);
  json_object_set_new(o, "name", json_name(item->name));
  json_object_set_new(o, "original_file", json_name(item->reference));
  json_object_set_new(o, "before_file", json_name(item->before));
  json_object_set_new(o, "after_file", item->after ? json_name(item->after) : json_null());
  json_object_set_new(o, "counts", json_tally(&sums->tally_after));
  put_figures(o, &f);
  return o;
}

static json_t *json_report(const score_run *run, const original_report *r) {
  json_t *o = json_object(), *articles = json_array(), *signatures = json_object();
  json_object_set_new(o, "unspin", json_string(unspin_version()));
  json_object_set_new(o, "score", json_string("original"));
  if (run->knowledge) json_object_set_new(o, "knowledge", json_string(unspin_knowledge_hash(run->knowledge)));
  for (size_t i = 0; i < r->articles.n; i++)
    json_array_append_new(articles, json_article(&run->items.p[i], &r->articles.p[i]));
  json_object_set_new(o, "articles", articles);
  json_object_set_new(o, "micro", json_average(&r->micro));
  json_object_set_new(o, "macro", json_average(&r->macro));
  for (int i = 0; i < US_FIGURES; i++)
    if (us_figure_kinds[i].signature)
      json_object_set_new(signatures, us_figure_kinds[i].key, json_string(us_figure_kinds[i].signature));
  json_object_set_new(o, "signatures", signatures);
  json_object_set_new(o, "bootstrap",
                      json_pack("{s:I,s:I,s:I,s:s}", "seed", (json_int_t)run->seed, "rounds", (json_int_t)run->rounds,
                                "units", (json_int_t)r->units, "unit", r->unit));
  return o;
}

bool original_print_json(const score_run *run, const original_report *r) {
  json_t *o = json_report(run, r);
  char *line = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(15));
  json_decref(o);
  if (!line) {
    cli_message("out of memory");
    return false;
  }
  puts(line);
  free(line);
  return true;
}
