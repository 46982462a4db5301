/* .unspin: what holds for all texts of a project; unspin/config of the user: for all of theirs. */
#define _GNU_SOURCE /* get_current_dir_name */
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "cli/clean_options.h"

/* The library cuts longer lines without a word, so they are refused before. */
enum { LINE_MOST = INI_MAX_LINE - 2 };

static bool is_file(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 && (S_ISREG(st.st_mode) || S_ISCHR(st.st_mode)); /* a pipe would be waited for */
}

/* FOLDER/.unspin, or FOLDER/.unspin/config where .unspin is a folder (it may hold a phrase table too). */
static bool find_in(us_slice folder, us_buf *out) {
  us_buf_clear(out);
  us_buf_append(out, folder);
  us_buf_puts(out, "/.unspin");
  if (!out->failed && is_file(out->p)) return true;
  us_buf_puts(out, "/config");
  return !out->failed && is_file(out->p);
}

/* Into o->config, which stays empty if there is none. False with a message. */
static bool find_upwards(clean_options *o) {
  char *here = get_current_dir_name();
  if (!here && errno == ENOMEM) cli_message("out of memory");
  if (!here) return errno != ENOMEM; /* otherwise the working folder is gone: nothing lies above it */
  us_slice folder = us_slice_of(here);
  bool found = find_in(folder, &o->config);
  while (!found && !o->config.failed && folder.n) {
    while (folder.n && folder.p[folder.n - 1] != '/') folder.n--;
    if (folder.n) folder.n--;
    found = find_in(folder, &o->config);
  }
  free(here);
  if (!found && !o->config.failed) us_buf_clear(&o->config);
  return true; /* or out of memory, which is told when it is read */
}

typedef struct reading {
  clean_options *options;
  us_slice text;
  bool failed;
} reading;

/* The library does not tell where it is; the message needs only the file and the name. */
static bool set(reading *r, const char *section, const char *name, const char *value) {
  clean_options *o = r->options;
  if (strcmp(section, "clean") != 0 && strcmp(section, "batch") != 0) {
    cli_message("%s: %s '%s' (there are [clean] and [batch])", o->config.p,
                *section ? "no such section:" : "stands before any section:", *section ? section : name);
    return false;
  }
  if (strcmp(section, "batch") == 0 && !o->batch) return true;
  char *copy = strdup(value);
  if (!copy || !us_vec_push(&o->owned, copy)) {
    free(copy);
    cli_message("out of memory");
    return false;
  }
  us_buf origin = {0};
  us_buf_printf(&origin, "%s: %s", o->config.p, name);
  o->origin = us_buf_slice(&origin).p;
  bool ok = clean_option_set(o, name, copy);
  o->origin = NULL;
  us_buf_free(&origin);
  return ok;
}

static int take(void *user, const char *section, const char *name, const char *value) {
  reading *r = user;
  if (!r->failed) r->failed = !set(r, section, name, value ? value : "");
  return 1;
}

static bool check_lines(const clean_options *o, us_slice text) {
  us_slice rest = text, line;
  for (size_t n = 1; us_slice_cut(&rest, '\n', &line); n++) {
    const char *why = NULL;
    if (line.n > LINE_MOST) why = "is longer than the 198 bytes that are allowed";
    if (memchr(line.p, 0, line.n)) why = "holds a NUL byte";
    if (!why) continue;
    cli_message("%s:%zu: this line %s", o->config.p, n, why);
    return false;
  }
  return true;
}

/* Reads what o->config names, if anything. */
static bool read_named(clean_options *o) {
  if (o->config.failed) cli_message("out of memory");
  if (o->config.failed || !o->config.n) return !o->config.failed;
  us_buf text = {0};
  unspin_error err;
  bool ok = us_file_read(o->config.p, &text, &err) == UNSPIN_OK;
  if (!ok) cli_message("%s", err.message);
  ok = ok && check_lines(o, us_buf_slice(&text));
  reading r = {.options = o};
  int line = ok ? ini_parse_string(us_buf_slice(&text).p, take, &r) : 0;
  if (!r.failed && line != 0)
    cli_message("%s:%d: neither [section] nor name = value", o->config.p, line > 0 ? line : 1);
  us_buf_free(&text);
  return ok && !r.failed && line == 0;
}

/* What holds for a user wherever they work; into o->config, empty if there is none. */
static void find_users(clean_options *o) {
  const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
  if (config && config[0] == '/') us_buf_printf(&o->config, "%s/unspin/config", config);
  else if (home && home[0] == '/') us_buf_printf(&o->config, "%s/.config/unspin/config", home);
  if (!o->config.failed && o->config.n && !is_file(o->config.p)) us_buf_clear(&o->config);
}

bool clean_config_read(clean_options *o) {
  if (!o->config_file) {
    find_users(o);
    if (!read_named(o)) return false;
    o->user_config = o->config; /* the project's has the last word */
    o->config = (us_buf){0};
    if (!find_upwards(o)) return false;
  } else us_buf_puts(&o->config, o->config_file);
  return read_named(o);
}

static void put_line(const char *name, const char *between, us_slice value) {
  printf("%s%s", name, between);
  cli_put(value.p, value.n);
  printf("\n");
}

int clean_config_print(const clean_options *o) {
  if (o->user_config.n) put_line("# ", "", us_buf_slice(&o->user_config));
  if (o->config.n) put_line("# ", "", us_buf_slice(&o->config));
  else printf("# no .unspin here or above\n");
  printf("[clean]\n");
  for (size_t i = 0; i < o->settings.n; i++)
    put_line(o->settings.p[i].name, " = ", us_slice_of(o->settings.p[i].value));
  static const char *const defaults[][2] = {
      {"dialect", "auto"}, {"format", "auto"}, {"jobs", "0"}, {"min-confidence", "0"}};
  for (size_t d = 0; d < sizeof defaults / sizeof *defaults; d++) {
    bool set = false;
    for (size_t i = 0; i < o->settings.n; i++) set |= strcmp(o->settings.p[i].name, defaults[d][0]) == 0;
    if (!set) printf("; %s = %s\n", defaults[d][0], defaults[d][1]);
  }
  return cli_flush_stdout() ? CLI_OK : CLI_ERROR;
}

static void add_list(us_buf *all, const char *name, const char *const *list, size_t n) {
  for (size_t i = 0; i < n; i++) {
    us_buf_printf(all, "%s=", name);
    us_buf_append(all, (us_slice){list[i], strlen(list[i]) + 1}); /* with its NUL: ["a", "b"] is not ["ab"] */
  }
}

uint64_t clean_options_hash(const clean_options *o) {
  us_buf all = {0};
  const unspin_options *e = &o->engine;
  us_buf_printf(
      &all,
      "dialect=%d quotes=%d confidence=%.17g spun=%d lean=%.17g format=%d guess=%d force=%d fast=%d if_spun=%.17g ",
      (int)e->dialect, (int)e->quotes, e->min_confidence, e->assume_spun, e->lean, (int)e->text_format, o->guess_format,
      o->force, e->fast, e->if_spun);
  add_list(&all, "protect", e->protect, e->protect_count);
  add_list(&all, "field", e->fields, e->field_count);
  if (o->encoding) add_list(&all, "encoding", &o->encoding, 1);
  us_buf_append(&all, (us_slice){e->like, e->like ? e->like_len : 0});
  for (size_t i = 0; i < e->sibling_count; i++) {
    us_buf_printf(&all, "sibling=%zu ", e->siblings[i].len);
    us_buf_append(&all, (us_slice){e->siblings[i].len ? e->siblings[i].text : "", e->siblings[i].len});
  }
  uint64_t hash = us_hash(us_buf_slice(&all));
  us_buf_free(&all);
  return hash;
}
