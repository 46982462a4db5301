/* model_test.h - what the model's tests share: a folder of their own, small models, texts measured. */
#ifndef TESTS_MODEL_TEST_H
#define TESTS_MODEL_TEST_H

#include <dirent.h>
#include <math.h>
#include <unistd.h>

#include "support.h"

#define MODEL_DIR TESTS_DIR "/model/"

static char test_dir[] = "/tmp/unspin-model-XXXXXX";

static inline void make_dir(void) { ck_assert_ptr_nonnull(mkdtemp(test_dir)); }

/* How many files lie in the test's folder. */
static inline unsigned count_files(void) {
  unsigned n = 0;
  DIR *dir = opendir(test_dir);
  ck_assert_ptr_nonnull(dir);
  for (struct dirent *e; (e = readdir(dir));) n += e->d_name[0] != '.' || (e->d_name[1] && e->d_name[1] != '.');
  closedir(dir);
  return n;
}

static inline const char *in_dir(const char *name) {
  static char path[4][300];
  static unsigned next;
  next = (next + 1) % 4;
  snprintf(path[next], sizeof path[next], "%s/%s", test_dir, name);
  return path[next];
}

static inline void remove_dir(void) {
  DIR *dir = opendir(test_dir);
  for (struct dirent *e; dir && (e = readdir(dir));)
    if (e->d_name[0] != '.') unlink(in_dir(e->d_name));
  if (dir) closedir(dir);
  rmdir(test_dir);
  memcpy(test_dir + sizeof test_dir - 7, "XXXXXX", 6);
}

static inline void write_file(const char *path, us_slice bytes) {
  unspin_error err = {0};
  ck_assert_msg(us_file_write_atomic(path, bytes, &err) == UNSPIN_OK, "%s", err.message);
}

static inline us_buf read_path(const char *path) {
  us_buf out = {0};
  unspin_error err = {0};
  ck_assert_msg(us_file_read(path, &out, &err) == UNSPIN_OK, "%s", err.message);
  return out;
}

static inline unspin_model *open_model(const char *path) {
  unspin_model *m = NULL;
  unspin_error err = {0};
  ck_assert_msg(unspin_model_open(path, &m, &err) == UNSPIN_OK, "%s", err.message);
  ck_assert_msg(unspin_model_verify(m, &err) == UNSPIN_OK, "%s", err.message);
  return m;
}

/* Exact values, ready tokens. */
static inline unspin_model_options exact_options(unsigned order) {
  unspin_model_options o;
  unspin_model_options_init(&o);
  o.order = order;
  o.tokenized = true;
  o.bits = 32;
  o.memory = 64 << 20;
  return o;
}

static inline unspin_model_report train(const unspin_model_options *o, const char *text, const char *path) {
  unspin_model_source source = {text, 1};
  unspin_model_report report;
  unspin_error err = {0};
  ck_assert_msg(unspin_model_train(o, &source, 1, path, &report, &err) == UNSPIN_OK, "%s", err.message);
  return report;
}

typedef struct measure {
  double all, known, line[32];
  unsigned words, unknown, lines;
} measure;

static inline bool measure_token(void *cookie, const unspin_model_token *t) {
  measure *m = cookie;
  m->all += (double)t->log10;
  m->words++;
  if (t->id == 0) m->unknown++;
  else m->known += (double)t->log10;
  if (m->lines < 32) m->line[m->lines] += (double)t->log10;
  m->lines += t->sentence_end;
  return true;
}

static inline measure measure_text(const unspin_model *model, us_slice text) {
  measure m = {0};
  unspin_error err = {0};
  ck_assert_msg(unspin_model_score_text(model, text.p, text.n, measure_token, &m, &err) == UNSPIN_OK, "%s",
                err.message);
  return m;
}

static inline double perplexity(const measure *m) { return pow(10, -m->all / m->words); }

#endif
