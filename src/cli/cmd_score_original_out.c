#include <jansson.h>
#include <math.h>
#include <stdio.h>

#include "cli/cmd_score_original.h"
#include "report/json_object.h"
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

/* Sets a member of O, and takes VALUE over. Gives O, or frees it and gives NULL when out of memory; so either may be
 * NULL. */
static json_t *with(json_t *o, const char *key, json_t *value) {
  if (json_object_set_new(o, key, value) == 0) return o;
  json_decref(o);
  return NULL;
}

static json_t *json_figures(const double *values) {
  json_t *o = json_object();
  for (int i = 0; i < US_FIGURES; i++)
    if (!isnan(values[i])) o = with(o, us_figure_kinds[i].key, number(values[i]));
  return o;
}

static json_t *with_figures(json_t *o, const us_figures *f) {
  json_t *change = json_object();
  for (int i = 0; i < US_FIGURES; i++)
    if (!isnan(f->before[i])) change = with(change, us_figure_kinds[i].key, number(us_figures_change(f, i)));
  o = with(o, "before", json_figures(f->before));
  o = with(o, "after", json_figures(f->after));
  return with(o, "change", change);
}

static json_t *json_average(const us_aligned_average *average) {
  json_t *intervals = json_object();
  for (int i = 0; i < US_FIGURES; i++) {
    us_interval c = average->change[i];
    if (isnan(c.low)) continue;
    intervals = with(intervals, us_figure_kinds[i].key, json_pack("[oo]", number(c.low), number(c.high)));
  }
  return with(with_figures(json_object(), &average->figures), "interval", intervals);
}

/* A path may hold any byte. */
static json_t *json_name(const char *name) { return us_json_text(us_slice_of(name)); }

static json_t *json_tally(const us_tally *t) {
  return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}", "words", (json_int_t)t->words, "slots",
                   (json_int_t)(t->slots - t->free), "right", (json_int_t)t->right, "kept", (json_int_t)t->kept,
                   "wrong", (json_int_t)t->wrong, "false", (json_int_t)t->false_words, "distance_before",
                   (json_int_t)t->before, "distance_after", (json_int_t)t->after, "sentences",
                   (json_int_t)t->sentences);
}

static json_t *json_article(const score_item *item, const us_aligned *sums) {
  us_figures f = us_aligned_figures(sums);
  json_t *o = US_JSON_OBJECT({"name", json_name(item->name)}, {"original_file", json_name(item->reference)},
                             {"before_file", json_name(item->before)},
                             {"after_file", item->after ? json_name(item->after) : json_null()},
                             {"counts", json_tally(&sums->tally_after)});
  return with_figures(o, &f);
}

static json_t *json_articles(const score_run *run, const original_report *r) {
  json_t *list = json_array();
  for (size_t i = 0; i < r->articles.n; i++) {
    if (json_array_append_new(list, json_article(&run->items.p[i], &r->articles.p[i])) == 0) continue;
    json_decref(list);
    return NULL;
  }
  return list;
}

static json_t *json_report(const score_run *run, const original_report *r) {
  json_t *o = json_object(), *signatures = json_object();
  o = with(o, "unspin", json_string(unspin_version()));
  o = with(o, "score", json_string("original"));
  if (run->knowledge) o = with(o, "knowledge", json_string(unspin_knowledge_hash(run->knowledge)));
  o = with(o, "articles", json_articles(run, r));
  o = with(o, "micro", json_average(&r->micro));
  o = with(o, "macro", json_average(&r->macro));
  for (int i = 0; i < US_FIGURES; i++)
    if (us_figure_kinds[i].signature)
      signatures = with(signatures, us_figure_kinds[i].key, json_string(us_figure_kinds[i].signature));
  o = with(o, "signatures", signatures);
  return with(o, "bootstrap",
              json_pack("{s:I,s:I,s:I,s:s}", "seed", (json_int_t)run->seed, "rounds", (json_int_t)run->rounds, "units",
                        (json_int_t)r->units, "unit", r->unit));
}

bool original_print_json(const score_run *run, const original_report *r) {
  if (!us_json_write(stdout, json_report(run, r), JSON_REAL_PRECISION(15))) {
    cli_message("out of memory");
    return false;
  }
  putchar('\n');
  return true;
}
