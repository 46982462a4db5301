/* Learning the scorer's weights: from examples made by hand, and from texts through the library's face. */
#include "restore/tune.h"

#include <math.h>
#include <unistd.h>

#include "support_engine.h"

/* ---- examples made by hand ---- */

/* One stretch with one candidate, whose first feature is F. */
static void add_one(us_examples *e, uint32_t document, float f, int gain) {
  if (e->count == e->room) {
    e->room = e->room ? e->room * 2 : 64;
    e->features = realloc(e->features, e->room * US_FEATURE_COUNT * sizeof *e->features);
    e->gain = realloc(e->gain, e->room);
    ck_assert(e->features && e->gain);
  }
  memset(e->features + e->count * US_FEATURE_COUNT, 0, US_FEATURE_COUNT * sizeof *e->features);
  e->features[e->count * US_FEATURE_COUNT] = f;
  e->gain[e->count] = (int8_t)gain;
  us_example x = {.first = (uint32_t)e->count, .count = 1, .document = document, .weight = 1};
  x.from = (uint32_t)e->count * 2;
  x.to = x.from + 1;
  x.text = document;
  ck_assert(us_vec_push(&e->list, x));
  e->count++;
}

/* A candidate helps where its feature is above 0. */
static us_examples easy(void) {
  us_examples e = {0};
  for (uint32_t i = 0; i < 2000; i++) {
    float f = (float)((int)(i * 37 % 100) - 50) / 25 + 0.01f;
    add_one(&e, i % 7, f, f > 0 ? 2 : -1);
  }
  return e;
}

static const us_tune_options OPTIONS = {.hidden = 8, .epochs = 20, .rate = 0.01f, .decay = 1e-4f, .seed = 1};

START_TEST(what_decides_is_learned) {
  us_examples e = easy();
  us_scorer s;
  ck_assert_int_eq(us_tune(&e, &OPTIONS, &s, NULL), UNSPIN_OK);
  us_tune_score r = us_tune_test(&e, &s);
  ck_assert_uint_eq(r.reachable, 1000);
  ck_assert_uint_ge(r.right, 900); /* those close to 0 may go either way */
  ck_assert_uint_le(r.changed - r.right, 100);
  ck_assert_int_eq(r.gained, (int64_t)(r.right * 2) - (int64_t)(r.changed - r.right));
  ck_assert(r.loss > 0 && r.loss < 0.2);
  us_examples_free(&e);
  ck_assert(!e.list.p && !e.list.n && !e.features && !e.gain); /* what was freed is empty, and may be used again */
}
END_TEST

START_TEST(the_same_seed_gives_the_same_weights) {
  us_examples e = easy();
  us_scorer a, b, c;
  us_tune_options other = OPTIONS;
  other.seed = 2;
  ck_assert_int_eq(us_tune(&e, &OPTIONS, &a, NULL), UNSPIN_OK);
  ck_assert_int_eq(us_tune(&e, &OPTIONS, &b, NULL), UNSPIN_OK);
  ck_assert_int_eq(us_tune(&e, &other, &c, NULL), UNSPIN_OK);
  ck_assert_mem_eq(&a, &b, sizeof a);
  ck_assert_mem_ne(&a, &c, sizeof a);
  us_examples_free(&e);
}
END_TEST

/* Those of the texts from FROM to TO only. */
static us_tune_score score_of(const us_examples *e, const us_scorer *s, uint32_t from, uint32_t to) {
  us_examples part = *e;
  part.list.n = 0;
  part.list.p = malloc(e->list.n * sizeof *part.list.p);
  ck_assert_ptr_nonnull(part.list.p);
  for (size_t i = 0; i < e->list.n; i++)
    if (e->list.p[i].text >= from && e->list.p[i].text <= to) part.list.p[part.list.n++] = e->list.p[i];
  us_tune_score r = us_tune_test(&part, s);
  free(part.list.p);
  return r;
}

/* One text teaches the opposite: left out, it does no harm. */
START_TEST(a_text_that_is_left_out_teaches_nothing) {
  us_examples e = easy();
  for (uint32_t i = 0; i < 6000; i++) {
    float f = (float)(i % 100) / 25 - 2;
    add_one(&e, 9, f, f > 0 ? -1 : 2);
  }
  us_scorer all, some;
  us_tune_options o = OPTIONS;
  ck_assert_int_eq(us_tune(&e, &o, &all, NULL), UNSPIN_OK);
  const bool leave[10] = {[9] = true};
  o.leave = leave;
  ck_assert_int_eq(us_tune(&e, &o, &some, NULL), UNSPIN_OK);
  ck_assert(score_of(&e, &all, 0, 6).gained < 0);
  ck_assert(score_of(&e, &some, 0, 6).gained > 0);
  ck_assert(score_of(&e, &some, 9, 9).gained < 0);
  us_examples_free(&e);
}
END_TEST

START_TEST(of_stretches_that_overlap_the_surest_counts) {
  us_examples e = {0};
  us_scorer s = {.hidden = 1};
  s.skip[0] = s.scale[0] = 1;
  add_one(&e, 0, 1, 3);
  add_one(&e, 0, 2, 1); /* surer, and gains less */
  e.list.p[1].from = e.list.p[0].from;
  e.list.p[1].to = e.list.p[0].to + 1;
  add_one(&e, 0, 1, 1);
  add_one(&e, 1, 1, 1); /* another text, same place */
  e.list.p[3].from = e.list.p[2].from;
  e.list.p[3].to = e.list.p[2].to;
  us_tune_score r = us_tune_test(&e, &s);
  ck_assert_uint_eq(r.changed, 3);
  ck_assert_int_eq(r.gained, 3);
  us_examples_free(&e);
}
END_TEST

static bool stop_half_way(void *cookie, double share) {
  *(double *)cookie = share;
  return share < 0.5;
}

START_TEST(training_can_be_stopped) {
  us_examples e = easy();
  us_scorer s;
  double reached = 0;
  us_tune_options o = OPTIONS;
  o.watch = stop_half_way;
  o.cookie = &reached;
  unspin_error err;
  ck_assert_int_eq(us_tune(&e, &o, &s, &err), UNSPIN_ERR_INVALID);
  ck_assert_str_eq(err.message, "cancelled");
  ck_assert(reached >= 0.5 && reached < 0.6);
  us_examples_free(&e);
}
END_TEST

START_TEST(nothing_teaches_nothing) {
  us_examples e = {0};
  us_scorer s;
  unspin_error err;
  ck_assert_int_eq(us_tune(&e, &OPTIONS, &s, &err), UNSPIN_ERR_INVALID);
  ck_assert_ptr_nonnull(strstr(err.message, "nothing to learn from"));
}
END_TEST

/* ---- through the library's face ---- */

static const char *const SPUN[] = {"The firm will lend a hand to the nation. They utilize big vehicles.\n",
                                   "She commenced to assist the children. He purchased a huge house.\n",
                                   "In spite of the price, folks will purchase the vehicle at all times.\n"};
static const char *const PLAIN[] = {"The company will help the country. They use big cars.\n",
                                    "She began to help the children. He bought a huge house.\n",
                                    "Despite the price, people will always buy the car.\n"};

static unspin_status add(unspin_tuner *t, const char *spun, const char *plain, const char *document,
                         unspin_error *err) {
  unspin_tune_text text;
  unspin_tune_text_init(&text);
  text.spun = spun;
  text.spun_len = strlen(spun);
  text.plain = plain;
  text.plain_len = strlen(plain);
  text.document = document;
  return unspin_tuner_add(t, session, &text, err);
}

static unspin_tuner *tuner_of(unsigned folds, const char *const *documents) {
  unspin_tune_options o;
  unspin_tune_options_init(&o);
  o.folds = folds;
  o.hidden = 4;
  unspin_tuner *t = NULL;
  unspin_error err;
  ck_assert_msg(unspin_tuner_new(&o, &t, &err) == UNSPIN_OK, "%s", err.message);
  for (int i = 0; i < 3; i++)
    ck_assert_int_eq(add(t, SPUN[i], PLAIN[i], documents ? documents[i] : NULL, &err), UNSPIN_OK);
  return t;
}

START_TEST(folds_add_up) {
  unspin_tuner *t = tuner_of(3, NULL);
  ck_assert_int_eq(add(t, PLAIN[0], PLAIN[0], NULL, NULL), UNSPIN_OK); /* clean: the first document once more */
  unspin_tune_report r;
  unspin_error err = {0};
  ck_assert_msg(unspin_tuner_train(t, &r, &err) == UNSPIN_OK, "%s", err.message);
  ck_assert_uint_eq(r.texts, 4);
  ck_assert_uint_eq(r.documents, 3);
  ck_assert_uint_eq(r.folds, 3);
  uint64_t stretches = 0, damage = 0, clean = 0;
  for (unsigned i = 0; i < r.folds; i++) {
    ck_assert_uint_eq(r.fold[i].documents, 1);
    ck_assert_uint_gt(r.fold[i].stretches, 0);
    ck_assert_uint_le(r.fold[i].right, r.fold[i].changed);
    ck_assert(isfinite(r.fold[i].loss) && r.fold[i].loss > 0);
    stretches += r.fold[i].stretches;
    damage += r.fold[i].damage;
    clean += r.fold[i].clean_stretches;
  }
  ck_assert_uint_eq(stretches, r.stretches);
  ck_assert_uint_eq(r.unseen.stretches, stretches);
  ck_assert_uint_eq(r.unseen.damage, damage);
  ck_assert_uint_eq(r.seen.damage, damage);
  ck_assert_uint_gt(damage, 10);
  ck_assert_uint_gt(clean, 0);
  ck_assert_uint_eq(r.fold[0].clean_stretches, clean);
  unspin_tuner_free(t);
}
END_TEST

START_TEST(pieces_of_a_document_stay_together) {
  unspin_tuner *t = tuner_of(3, (const char *const[]){"one", "two", "one"});
  unspin_tune_report r;
  ck_assert_int_eq(unspin_tuner_train(t, &r, NULL), UNSPIN_OK);
  ck_assert_uint_eq(r.documents, 2);
  ck_assert_uint_eq(r.folds, 2); /* not more than documents */
  unspin_tuner_free(t);
  t = tuner_of(3, (const char *const[]){"one", "one", "one"});
  ck_assert_int_eq(unspin_tuner_train(t, &r, NULL), UNSPIN_OK);
  ck_assert_uint_eq(r.folds, 0); /* nothing to cross-validate with */
  unspin_tuner_free(t);
}
END_TEST

START_TEST(weights_come_back_as_they_were) {
  char path[] = "/tmp/unspin-test-XXXXXX";
  int fd = mkstemp(path);
  ck_assert_int_ge(fd, 0);
  close(fd);
  unspin_error err;
  unspin_tuner *t = tuner_of(0, NULL);
  ck_assert_int_eq(unspin_tuner_write(t, path, NULL, &err), UNSPIN_ERR_INVALID); /* not trained yet */
  ck_assert_int_eq(unspin_tuner_train(t, NULL, NULL), UNSPIN_OK);
  ck_assert_msg(unspin_tuner_write(t, path, "two\nlines", &err) == UNSPIN_OK, "%s", err.message);
  us_buf text = {0};
  us_scorer s;
  ck_assert_msg(us_scorer_read(path, &text, &s, &err) == UNSPIN_OK, "%s", err.message);
  ck_assert_int_eq(s.hidden, 4);
  ck_assert_ptr_nonnull(strstr(text.p, "\n# two\n# lines\n"));
  us_buf_free(&text);
  unspin_tuner_free(t);
  unlink(path);
}
END_TEST

START_TEST(options_are_checked) {
  static const struct {
    unsigned folds, hidden, epochs;
    double rate, decay;
    const char *says;
  } bad[] = {{1, 4, 1, .01, 0, "folds"},        {21, 4, 1, .01, 0, "folds"}, {0, 0, 1, .01, 0, "hidden"},
             {0, 65, 1, .01, 0, "hidden"},      {0, 4, 0, .01, 0, "epochs"}, {0, 4, 1, 0, 0, "rate"},
             {0, 4, 1, (double)NAN, 0, "rate"}, {0, 4, 1, .01, -1, "decay"}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    unspin_tune_options o = {.size = sizeof o,
                             .folds = bad[i].folds,
                             .hidden = bad[i].hidden,
                             .networks = 1,
                             .epochs = bad[i].epochs,
                             .rate = bad[i].rate,
                             .decay = bad[i].decay};
    unspin_tuner *t = NULL;
    unspin_error err;
    ck_assert_int_eq(unspin_tuner_new(&o, &t, &err), UNSPIN_ERR_INVALID);
    ck_assert_ptr_null(t);
    ck_assert_msg(strstr(err.message, bad[i].says), "%s", err.message);
  }
  unspin_tune_options o;
  unspin_tune_options_init(&o);
  for (o.networks = 0; o.networks <= 3; o.networks += 3) { /* none, and too many */
    unspin_tuner *none = NULL;
    unspin_error err;
    ck_assert_int_eq(unspin_tuner_new(&o, &none, &err), UNSPIN_ERR_INVALID);
    ck_assert_msg(strstr(err.message, "networks"), "%s", err.message);
  }
  o.hidden = 64;
  o.networks = 1u << 26; /* times 64 it is 0 in 32 bits */
  unspin_tuner *wrapped = NULL;
  ck_assert_int_eq(unspin_tuner_new(&o, &wrapped, NULL), UNSPIN_ERR_INVALID);
  unspin_tuner *t = tuner_of(0, NULL);
  unspin_tune_text text;
  unspin_tune_text_init(&text);
  for (double w = -1; w <= 0; w++) {
    text.weight = w;
    ck_assert_int_eq(unspin_tuner_add(t, session, &text, NULL), UNSPIN_ERR_INVALID);
  }
  unspin_tuner_free(t);
}
END_TEST

/* A text that is refused leaves nothing behind. */
START_TEST(texts_that_are_too_long_are_refused) {
  us_buf longest = {0};
  for (int i = 0; i < 12001; i++) us_buf_puts(&longest, "vehicle ");
  unspin_tuner *t = tuner_of(0, NULL);
  unspin_tune_report before, after;
  ck_assert_int_eq(unspin_tuner_train(t, &before, NULL), UNSPIN_OK);
  ck_assert_int_eq(add(t, longest.p, PLAIN[0], NULL, NULL), UNSPIN_ERR_LIMIT);
  ck_assert_int_eq(unspin_tuner_train(t, &after, NULL), UNSPIN_OK);
  ck_assert_mem_eq(&before, &after, sizeof before);
  unspin_tuner_free(t);
  us_buf_free(&longest);
}
END_TEST

static bool stop_at_stage(void *cookie, const unspin_tune_progress *p) { return strcmp(p->stage, cookie) != 0; }

START_TEST(the_watch_stops_every_stage) {
  static const char *const stages[] = {"reading", "checking", "training"};
  for (int i = 0; i < 3; i++) {
    unspin_tune_options o;
    unspin_tune_options_init(&o);
    o.folds = 2;
    o.watch = stop_at_stage;
    char stage[16];
    snprintf(stage, sizeof stage, "%s", stages[i]);
    o.cookie = stage;
    unspin_tuner *t = NULL;
    unspin_error err = {0};
    ck_assert_int_eq(unspin_tuner_new(&o, &t, NULL), UNSPIN_OK);
    unspin_status status = UNSPIN_OK;
    for (int k = 0; k < 3 && !status; k++) status = add(t, SPUN[k], PLAIN[k], NULL, &err);
    ck_assert_int_eq(status, i == 0 ? UNSPIN_ERR_INVALID : UNSPIN_OK);
    if (!status) ck_assert_int_eq(unspin_tuner_train(t, NULL, &err), UNSPIN_ERR_INVALID);
    ck_assert_str_eq(err.message, "cancelled");
    unspin_tuner_free(t);
  }
}
END_TEST

int main(void) {
  Suite *s = suite_create("tune");
  TCase *c = tcase_create("examples");
  tcase_add_test(c, what_decides_is_learned);
  tcase_add_test(c, the_same_seed_gives_the_same_weights);
  tcase_add_test(c, a_text_that_is_left_out_teaches_nothing);
  tcase_add_test(c, of_stretches_that_overlap_the_surest_counts);
  tcase_add_test(c, training_can_be_stopped);
  tcase_add_test(c, nothing_teaches_nothing);
  tcase_set_timeout(c, 60);
  suite_add_tcase(s, c);
  c = tcase_create("texts");
  tcase_add_unchecked_fixture(c, engine_open, engine_close);
  tcase_add_test(c, folds_add_up);
  tcase_add_test(c, pieces_of_a_document_stay_together);
  tcase_add_test(c, weights_come_back_as_they_were);
  tcase_add_test(c, options_are_checked);
  tcase_add_test(c, texts_that_are_too_long_are_refused);
  tcase_add_test(c, the_watch_stops_every_stage);
  tcase_set_timeout(c, 120);
  suite_add_tcase(s, c);
  return test_run(s);
}
