/* One JSON document, a pair a line, so that it can be read line by line too. Written as the pairs come. */
#include <math.h>

#include "cli/cmd_check.h"
#include "report/json_object.h"

/* VERSION is raised when a key changes its meaning. */
#define FORMAT "unspin-check"
#define VERSION 1

static json_t *text_value(us_slice s) { return json_stringn(s.p, s.n); }
static json_t *name_value(const char *s) { return s ? json_string(s) : json_null(); }
static json_t *count_value(size_t n) { return json_integer((json_int_t)n); }
static json_t *real_value(double x) { return isnan(x) ? json_null() : json_real(x); }

/* Frees VALUE; false when it could not be made or written whole. Write errors show in ferror(). */
static bool dump(json_t *value) {
  if (!value) return false;
  bool ok = json_dumpf(value, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6)) == 0 || ferror(stdout);
  json_decref(value);
  return ok;
}

static json_t *tally_value(const us_tally *t) {
  return US_JSON_OBJECT(
      {"texts", count_value(t->texts)}, {"words", count_value(t->words)}, {"slots", count_value(t->slots - t->free)},
      {"right", count_value(t->right)}, {"kept", count_value(t->kept)}, {"wrong", count_value(t->wrong)},
      {"false", count_value(t->false_words)}, {"before", count_value(t->before)}, {"after", count_value(t->after)},
      {"undone", real_value(us_tally_undone(t))}, {"err", real_value(us_tally_err(t))},
      {"precision", real_value(us_tally_precision(t))}, {"recall", real_value(us_tally_recall(t))},
      {"f0.5", real_value(us_tally_f05(t))}, {"false_per_1000", real_value(us_tally_false_per_1000(t))},
      {"whole", real_value(us_tally_whole(t))}, {"sentences", count_value(t->sentences)},
      {"exact", real_value(us_tally_exact(t))});
}

/* Appends; takes over ITEM. Frees LIST and gives NULL when out of memory. */
static json_t *append(json_t *list, json_t *item) {
  if (!list || json_array_append_new(list, item) == 0) {
    if (!list) json_decref(item);
    return list;
  }
  json_decref(list);
  return NULL;
}

static json_t *edits_value(const check_case *c, const check_fault *fault) {
  json_t *list = json_array();
  for (size_t i = 0; i < fault->edit_count; i++) {
    const unspin_edit *e = unspin_result_edit(c->result, fault->first_edit + i);
    list = append(list, US_JSON_OBJECT({"row", name_value(e->row)}, {"source", name_value(e->source)},
                                       {"confidence", real_value(e->confidence)}));
  }
  return list;
}

static json_t *faults_value(const check_case *c) {
  json_t *list = json_array();
  for (size_t i = 0; i < c->faults.n; i++) {
    const check_fault *f = &c->faults.p[i];
    us_slice spun = us_slice_sub(c->pair->spun, f->begin, f->end);
    list = append(list,
                  US_JSON_OBJECT({"kind", name_value(check_fault_name(f->kind))}, {"begin", count_value(f->begin)},
                                 {"end", count_value(f->end)}, {"line", count_value(check_line(c->pair, f->begin))},
                                 {"spun", text_value(spun)}, {"now", text_value(f->kind == CHECK_KEPT ? spun : f->now)},
                                 {"want", text_value(f->want)}, {"edits", edits_value(c, f)},
                                 {"offer", name_value(f->offer)}, {"offer_fits", json_boolean(f->offer_fits)}));
  }
  return list;
}

static json_t *changes_value(const check_case *c, const check_changes *changes) {
  json_t *list = json_array();
  for (size_t i = 0; i < changes->n; i++) {
    const check_change *d = &changes->p[i];
    us_slice spun = us_slice_sub(c->pair->spun, d->slot.begin, d->slot.end);
    bool placed = !(d->false_edit && d->gained);
    list = append(list, US_JSON_OBJECT({"gained", json_boolean(d->gained)}, {"false_edit", json_boolean(d->false_edit)},
                                       {"begin", placed ? count_value(d->slot.begin) : json_null()},
                                       {"spun", placed ? text_value(spun) : json_null()}, {"row", name_value(d->row)},
                                       {"old_row", name_value(d->old_row)}));
  }
  return list;
}

static json_t *cure_rows_value(const check_cure *cure) {
  json_t *list = json_array();
  for (size_t i = 0; i < cure->row_count; i++) list = append(list, name_value(cure->rows[i]));
  return list;
}

static json_t *cures_value(const check_case *c) {
  json_t *list = json_array();
  for (size_t i = 0; i < c->cures.n; i++) {
    const check_cure *cure = &c->cures.p[i];
    list = append(list, US_JSON_OBJECT({"rows", cure_rows_value(cure)}, {"after", count_value(cure->after)},
                                       {"passes", json_boolean(cure->mends)}));
  }
  return list;
}

static bool json_begin(check_run *run) {
  printf("{\"format\":\"" FORMAT "\",\"version\":%d,\"unspin\":\"%s\",\"knowledge\":\"%s\",\"pairs\":[", VERSION,
         unspin_version(), unspin_knowledge_hash(run->knowledge));
  return true;
}

static bool json_pair(check_run *run, const check_case *c, const check_changes *changes) {
  json_t *value = US_JSON_OBJECT(
      {"key", name_value(c->key)}, {"id", text_value(c->pair->id)},
      {"suite", us_json_shown(us_slice_of(c->pair->suite))}, {"path", us_json_shown(us_slice_of(c->pair->path))},
      {"line", count_value(c->pair->line)}, {"expect", name_value(us_expect_name(c->pair->expect))},
      {"verdict", name_value(check_verdict_name(c->verdict))}, {"passes", json_boolean(c->passes)},
      {"gated", json_boolean(unspin_result_totals(c->result)->gated)},
      {"edits", count_value(unspin_result_edit_count(c->result))}, {"score", tally_value(&c->tally)},
      {"faults", faults_value(c)});
  bool ok = value != NULL;
  if (c->old) {
    ok = ok && json_object_set_new(value, "was", tally_value(&c->old->tally)) == 0;
    ok = ok && json_object_set_new(value, "falls", json_boolean(c->falls)) == 0;
    ok = ok && json_object_set_new(value, "changes", changes_value(c, changes)) == 0;
  }
  if (run->bisect && !c->passes) {
    ok = ok && json_object_set_new(value, "without", cures_value(c)) == 0;
    ok = ok && json_object_set_new(value, "without_all", cure_rows_value(&c->all_cures)) == 0;
  }
  fputs(run->json_begun ? ",\n" : "\n", stdout);
  run->json_begun = true;
  return dump(value) && ok;
}

static json_t *suite_value(const check_suite *s) {
  return US_JSON_OBJECT({"suite", us_json_shown(us_slice_of(s->name))}, {"pairs", count_value(s->pairs)},
                        {"failed", count_value(s->failed)}, {"spun", tally_value(&s->spun)},
                        {"clean_pairs", count_value(s->clean_pairs)}, {"clean_changed", count_value(s->clean_changed)},
                        {"clean", tally_value(&s->clean)});
}

static json_t *rows_value(const check_run *run) {
  json_t *list = json_array();
  for (size_t i = 0; i < run->rows.rows.n; i++) {
    const check_row *r = &run->rows.rows.p[i];
    list = append(list, US_JSON_OBJECT({"row", name_value(r->id)}, {"source", name_value(r->source)},
                                       {"right", count_value(r->right)}, {"wrong", count_value(r->wrong)},
                                       {"false", count_value(r->false_edits)}, {"gained", count_value(r->gained)},
                                       {"lost", count_value(r->lost)}));
  }
  return list;
}

static json_t *falls_value(const check_run *run) {
  json_t *list = json_array();
  for (size_t i = 0; i < run->falls.n; i++) {
    const check_fall *f = &run->falls.p[i];
    list = append(list, US_JSON_OBJECT({"suite", us_json_shown(us_slice_of(f->suite))},
                                       {"figure", name_value(check_figure_name(f->figure))},
                                       {"now", real_value(f->now)}, {"was", real_value(f->then)}));
  }
  return list;
}

static bool json_end(check_run *run) {
  json_t *suites = json_array();
  for (size_t i = 0; i < run->suites.n; i++) suites = append(suites, suite_value(&run->suites.p[i]));
  check_suite total = check_total(run);
  fputs("],\n\"suites\":", stdout);
  bool ok = dump(suites);
  fputs(",\n\"all\":", stdout);
  ok = dump(suite_value(&total)) && ok;
  fputs(",\n\"rows\":", stdout);
  ok = dump(rows_value(run)) && ok;
  fputs(",\n\"falls\":", stdout);
  ok = dump(falls_value(run)) && ok;
  printf(",\n\"failed\":%zu,\"errors\":%zu,\"gained\":%zu,\"lost\":%zu}\n", run->failed, run->errors, run->gained,
         run->lost);
  return ok;
}

const check_reporter check_json = {.begin = json_begin, .pair = json_pair, .end = json_end};
