/* The parts of a batch job by themselves: patterns, shards, the order of the pool, places, the journal. */
#define _GNU_SOURCE
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batch/glob.h"
#include "batch/journal.h"
#include "batch/place.h"
#include "batch/pool.h"
#include "batch/shard.h"
#include "support.h"

static char folder[64];

static void make_folder(void) {
  snprintf(folder, sizeof folder, "/tmp/unspin-test-XXXXXX");
  ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_folder(void) {
  char command[100];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  ck_assert_int_eq(system(command), 0);
}

static const char *in_folder(const char *name) {
  static char path[2][200];
  static int turn;
  char *out = path[turn ^= 1];
  snprintf(out, sizeof path[0], "%s/%s", folder, name);
  return out;
}

START_TEST(globs) {
  us_buf table = test_read("batch/globs.tsv");
  us_slice rest = us_buf_slice(&table), line, pattern, path;
  int seen = 0;
  while (us_slice_cut(&rest, '\n', &line)) {
    if (!line.n || line.p[0] == '#') continue;
    ck_assert(us_slice_cut(&line, '\t', &pattern) && us_slice_cut(&line, '\t', &path) && line.n == 1);
    ck_assert_msg(us_glob_match(pattern, path) == (line.p[0] == '1'), "%.*s on %.*s", (int)pattern.n, pattern.p,
                  (int)path.n, path.p);
    seen++;
  }
  ck_assert_int_gt(seen, 35);
  us_buf_free(&table);
}
END_TEST

START_TEST(shard_names) {
  static const struct {
    const char *text;
    uint32_t index, count; /* 0: refused */
  } cases[] = {{"1/1", 1, 1}, {"3/7", 3, 7},  {"7/7", 7, 7},  {"0/7", 0, 0},  {"8/7", 0, 0},     {"1/0", 0, 0},
               {"1", 0, 0},   {"1/", 0, 0},   {"/7", 0, 0},   {"-1/7", 0, 0}, {" 1/7", 0, 0},    {"1/7x", 0, 0},
               {"", 0, 0},    {"+1/7", 0, 0}, {"1/ 7", 0, 0}, {"a/b", 0, 0},  {"1/100000", 0, 0},
               {"99999/99999", 99999, 99999}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    us_shard s;
    bool ok = us_shard_read(cases[i].text, &s, NULL) == UNSPIN_OK;
    ck_assert_msg(ok == (cases[i].count > 0) && s.index == cases[i].index && s.count == cases[i].count, "%s",
                  cases[i].text);
  }
}
END_TEST

static unspin_status slurm(const char *id, const char *count, const char *first, us_shard *s) {
  unsetenv("SLURM_ARRAY_TASK_ID");
  unsetenv("SLURM_ARRAY_TASK_COUNT");
  unsetenv("SLURM_ARRAY_TASK_MIN");
  if (id) setenv("SLURM_ARRAY_TASK_ID", id, 1);
  if (count) setenv("SLURM_ARRAY_TASK_COUNT", count, 1);
  if (first) setenv("SLURM_ARRAY_TASK_MIN", first, 1);
  return us_shard_read("slurm", s, NULL);
}

START_TEST(shard_of_slurm) {
  us_shard s;
  ck_assert_int_eq(slurm("0", "4", "0", &s), UNSPIN_OK);
  ck_assert(s.index == 1 && s.count == 4);
  ck_assert_int_eq(slurm("13", "4", "10", &s), UNSPIN_OK);
  ck_assert(s.index == 4 && s.count == 4);
  ck_assert_int_eq(slurm("14", "4", "10", &s), UNSPIN_ERR_INVALID); /* an array with gaps */
  ck_assert_int_eq(slurm(NULL, "4", "1", &s), UNSPIN_ERR_INVALID);
  ck_assert_int_eq(slurm("1", NULL, "1", &s), UNSPIN_ERR_INVALID);
  ck_assert_int_eq(slurm("x", "4", "1", &s), UNSPIN_ERR_INVALID);
}
END_TEST

/* Every path is in one shard, and in the same one for ever: relaunched shards must find their own files. */
START_TEST(shards_part) {
  uint32_t counts[7] = {0};
  for (int i = 0; i < 7000; i++) {
    char path[40];
    snprintf(path, sizeof path, "folder/article-%d.txt", i);
    int owners = 0;
    for (uint32_t k = 1; k <= 7; k++) {
      bool has = us_shard_has_path((us_shard){k, 7}, path);
      owners += has;
      counts[k - 1] += has;
    }
    ck_assert_int_eq(owners, 1);
  }
  for (int k = 0; k < 7; k++) ck_assert_uint_gt(counts[k], 800);
  ck_assert(us_shard_has_path((us_shard){3, 7}, "folder/article-0.txt"));
  ck_assert(us_shard_has_line((us_shard){2, 7}, 9) && !us_shard_has_line((us_shard){2, 7}, 8));
}
END_TEST

enum { UNITS = 2000, THREADS = 8 };
typedef struct numbers {
  int next, finished, stop_at;
  atomic_int at_work;
} numbers;

static bool next_number(void *cookie, void *unit) {
  numbers *n = cookie;
  if (n->next == UNITS) return false;
  *(int *)unit = n->next++;
  return true;
}

static void work_on_number(void *cookie, unsigned worker, void *unit) {
  numbers *n = cookie;
  int *number = unit;
  ck_assert_uint_lt(worker, THREADS);
  ck_assert_int_le(++n->at_work, THREADS);
  if (*number % 97 == 0) usleep(2000); /* the others overtake it */
  *number *= 2;
  n->at_work--;
}

static bool finish_number(void *cookie, void *unit) {
  numbers *n = cookie;
  ck_assert_int_eq(*(int *)unit, 2 * n->finished++);
  return n->finished != n->stop_at;
}

static void release_number(void *cookie, void *unit) {
  (void)cookie;
  (void)unit;
}

START_TEST(pool_keeps_order) {
  static const struct {
    unsigned threads;
    size_t window;
    int stop_at, finished;
  } cases[] = {
      {1, 1, 0, UNITS}, {THREADS, THREADS, 0, UNITS}, {THREADS, 64, 0, UNITS}, {THREADS, 64, 5, 5}, {1, 3, 5, 5}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    numbers n = {.stop_at = cases[i].stop_at};
    us_pool_plan plan = {.threads = cases[i].threads,
                         .window = cases[i].window,
                         .unit_size = sizeof(int),
                         .cookie = &n,
                         .next = next_number,
                         .work = work_on_number,
                         .finish = finish_number,
                         .release = release_number};
    ck_assert_int_eq(us_pool_run(&plan, NULL), UNSPIN_OK);
    ck_assert_int_eq(n.finished, cases[i].finished);
  }
}
END_TEST

static us_buf contents(const char *path) {
  us_buf text = {0};
  ck_assert_int_eq(us_file_read(path, &text, NULL), UNSPIN_OK);
  return text;
}

static void assert_contents(const char *path, const char *want) {
  us_buf text = contents(path);
  ck_assert(us_slice_eq(us_buf_slice(&text), us_slice_of(want)));
  us_buf_free(&text);
}

START_TEST(place_in_two_steps) {
  make_folder();
  us_place_style style = {.mask = 022, .folders = true, .steady = true};
  us_place p;
  const char *path = in_folder("a/b/c.txt");
  for (int round = 0; round < 2; round++) {
    const char *text = round ? "second" : "first";
    ck_assert_int_eq(us_place_write(path, &style, us_slice_of(text), &p, NULL), UNSPIN_OK);
    if (round) assert_contents(path, "first");
    else ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert_int_eq(us_place_commit(&p, round ? "~" : NULL, NULL), UNSPIN_OK);
    us_place_drop(&p);
    assert_contents(path, text);
  }
  assert_contents(in_folder("a/b/c.txt~"), "first");
  struct stat st;
  ck_assert(stat(path, &st) == 0 && (st.st_mode & 0777) == 0644);
  /* one that is dropped leaves nothing, and what a killed one left is swept away */
  ck_assert_int_eq(us_place_write(path, &style, US_LIT("third"), &p, NULL), UNSPIN_OK);
  char *left = strdup(p.temporary);
  ck_assert_int_eq(access(left, F_OK), 0);
  us_place_sweep(path);
  ck_assert_int_ne(access(left, F_OK), 0);
  us_place_drop(&p);
  assert_contents(path, "second");
  free(left);
  remove_folder();
}
END_TEST

/* A steady temporary name is known beforehand: what lies there is never written through, be it a link of either kind.
 */
START_TEST(place_follows_no_link) {
  make_folder();
  us_place_style style = {.mask = 022, .steady = true};
  us_place p;
  const char *path = in_folder("x"), *victim = in_folder("victim");
  ck_assert_int_eq(us_place_write(path, &style, US_LIT("1"), &p, NULL), UNSPIN_OK);
  char *name = strdup(p.temporary);
  us_place_drop(&p);
  ck_assert_int_eq(us_file_write_atomic(victim, US_LIT("mine"), NULL), UNSPIN_OK);
  for (int hard = 0; hard < 2; hard++) {
    ck_assert_int_eq(hard ? link(victim, name) : symlink(victim, name), 0);
    ck_assert_int_eq(us_place_write(path, &style, US_LIT("2"), &p, NULL), UNSPIN_OK);
    struct stat st;
    ck_assert(lstat(name, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1);
    ck_assert_int_eq(us_place_commit(&p, NULL, NULL), UNSPIN_OK);
    us_place_drop(&p);
    assert_contents(path, "2");
    assert_contents(victim, "mine");
    unlink(path);
  }
  free(name);
  remove_folder();
}
END_TEST

/* Each of two files that are written at once gets its own text, or neither gets the other's. */
START_TEST(places_keep_apart) {
  make_folder();
  us_place_style style = {.mask = 022, .steady = true};
  us_place a, b;
  /* names that have one XXH3 */
  const char *first = in_folder("bnveshia"), *second = in_folder("<f%,blX");
  ck_assert_int_eq(us_place_write(first, &style, US_LIT("1"), &a, NULL), UNSPIN_OK);
  ck_assert_int_eq(us_place_write(second, &style, US_LIT("2"), &b, NULL), UNSPIN_OK);
  ck_assert_str_ne(a.temporary, b.temporary);
  us_place_drop(&b);
  /* somebody puts another file there */
  char *name = strdup(a.temporary);
  ck_assert_int_eq(us_file_write_atomic(name, US_LIT("theirs"), NULL), UNSPIN_OK);
  unspin_error err;
  ck_assert_int_eq(us_place_commit(&a, NULL, &err), UNSPIN_ERR_IO);
  ck_assert_ptr_nonnull(strstr(err.message, "bnveshia: not written"));
  us_place_drop(&a);
  ck_assert_int_ne(access(first, F_OK), 0);
  assert_contents(name, "theirs");
  free(name);
  remove_folder();
}
END_TEST

static us_journal *open_journal(const char *data, uint64_t options, uint64_t *count) {
  us_journal *j;
  us_journal_stamp stamp = {.unspin = "1.2.3", .data = data, .options = options};
  unspin_error err = {0};
  ck_assert_msg(us_journal_open(in_folder("j.db"), &stamp, &j, count, &err) == UNSPIN_OK, "%s", err.message);
  return j;
}

START_TEST(journal_remembers) {
  make_folder();
  uint64_t count;
  us_journal *j = open_journal("data", 1, &count);
  ck_assert_uint_eq(count, 0);
  us_record in[2] = {{.path = US_LIT("a"),
                      .size = 1,
                      .mtime = UINT64_MAX,
                      .hash = UINT64_MAX - 1,
                      .written = true,
                      .out_size = 5,
                      .out_mtime = 6,
                      .out_hash = UINT64_MAX - 2,
                      .outcome = US_OUTCOME_CHANGED,
                      .words = 7,
                      .edits = 8,
                      .spin = 0.5,
                      .found = UINT64_MAX},
                     {.path = US_LIT("b\xFF\n"), .racy = true, .seconds = 2, .found = 5}};
  ck_assert_int_eq(us_journal_add(j, in, 2, NULL), UNSPIN_OK);
  us_journal_close(j);
  j = open_journal("data", 1, &count);
  ck_assert_uint_eq(count, 2);
  us_record out;
  bool found;
  ck_assert_int_eq(us_journal_find(j, US_LIT("a"), &out, &found, NULL), UNSPIN_OK);
  ck_assert(found && out.mtime == UINT64_MAX && out.hash == UINT64_MAX - 1 && out.out_size == 5 && out.out_mtime == 6);
  ck_assert(out.alike && out.out_hash == UINT64_MAX - 2);
  ck_assert(out.outcome == US_OUTCOME_CHANGED && out.words == 7 && out.found == UINT64_MAX && out.edits == 8 &&
            out.written && !out.racy);
  ck_assert_int_eq(us_journal_find(j, US_LIT("b\xFF\n"), &out, &found, NULL), UNSPIN_OK);
  ck_assert(found && out.racy && out.seconds == 2 && out.found == 5);
  ck_assert_int_eq(us_journal_find(j, US_LIT("c"), &out, &found, NULL), UNSPIN_OK);
  ck_assert(!found);
  us_journal_close(j);
  /* with other data or options nothing is alike */
  for (int other = 0; other < 2; other++) {
    j = open_journal(other ? "data" : "new data", other ? 2 : 1, &count);
    ck_assert_int_eq(us_journal_find(j, US_LIT("a"), &out, &found, NULL), UNSPIN_OK);
    ck_assert(found && !out.alike);
    us_journal_close(j);
  }
  remove_folder();
}
END_TEST

START_TEST(journal_refuses) {
  make_folder();
  uint64_t count;
  us_journal *j = open_journal("data", 1, &count), *second;
  us_journal_stamp stamp = {.unspin = "1", .data = "d"};
  unspin_error err;
  ck_assert_int_eq(us_journal_open(in_folder("j.db"), &stamp, &second, &count, &err), UNSPIN_ERR_IO);
  ck_assert_ptr_nonnull(strstr(err.message, "another run"));
  us_journal_close(j);
  ck_assert_int_eq(us_file_write_atomic(in_folder("text"), US_LIT("This is a text and no database at all."), NULL), 0);
  ck_assert_int_eq(us_journal_open(in_folder("text"), &stamp, &second, &count, &err), UNSPIN_ERR_FORMAT);
  ck_assert_ptr_null(second);
  remove_folder();
}
END_TEST

int main(void) {
  Suite *suite = suite_create("batch");
  TCase *all = tcase_create("parts");
  tcase_set_timeout(all, 60);
  tcase_add_test(all, globs);
  tcase_add_test(all, shard_names);
  tcase_add_test(all, shard_of_slurm);
  tcase_add_test(all, shards_part);
  tcase_add_test(all, pool_keeps_order);
  tcase_add_test(all, place_in_two_steps);
  tcase_add_test(all, place_follows_no_link);
  tcase_add_test(all, places_keep_apart);
  tcase_add_test(all, journal_remembers);
  tcase_add_test(all, journal_refuses);
  suite_add_tcase(suite, all);
  return test_run(suite);
}
