/* clean_values.c - what an option's value says. */
#include "cli/clean_values.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "measure/halves.h"

bool clean_complain(const clean_options *o, const char *what, const char *argument) {
  if (o->origin) cli_message("%s: %s '%s'", o->origin, what, argument);
  else cli_message("%s: %s '%s' (see 'unspin help %s')", o->command, what, argument, o->command);
  return false;
}

bool clean_set_report(clean_options *o, us_renderer *report, const char *name) {
  if (o->report && o->report != report) {
    cli_message("%s: %s and %s both want standard output: choose one", o->command, o->report_name, name);
    return false;
  }
  o->report = report;
  o->report_name = name;
  return true;
}

bool clean_set_html(clean_options *o, const char *place) {
  if (!*place) return clean_complain(o, "--html: no file:", place);
  o->html = place;
  return true;
}

bool clean_set_in_place(clean_options *o, const char *suffix) {
  if (suffix && (!*suffix || strchr(suffix, '/')))
    return clean_complain(o, "--in-place: no suffix for a file name:", suffix);
  o->in_place = true;
  o->suffix = suffix;
  return true;
}

bool clean_set_share(clean_options *o, const char *text, const char *wrong, double *out) {
  char *end;
  double x = strtod(text, &end);
  if (!*text || *end || !(x >= 0 && x <= 1)) return clean_complain(o, wrong, text);
  *out = x;
  return true;
}

/* Without a value: spun rather than not. */
bool clean_set_if_spun(clean_options *o, const char *text) {
  char *end;
  if (text && strcmp(text, "true") == 0) text = NULL; /* as --dump-config writes it */
  double x = text ? strtod(text, &end) : 0.5;
  if (text && (!*text || *end || !(x > 0 && x <= 1)))
    return clean_complain(o, "--if-spun: not a number above 0, at most 1:", text);
  o->engine.if_spun = x;
  return true;
}

bool clean_set_dialect(clean_options *o, const char *text) {
  return cli_read_dialect(text, &o->engine.dialect) || clean_complain(o, "--dialect: not gb, us or auto:", text);
}

bool clean_set_color(clean_options *o, const char *text) {
  return cli_read_color(text, &o->color) || clean_complain(o, "--color: not auto, always or never:", text);
}

bool clean_set_sandbox(clean_options *o, const char *text) {
  return cli_read_sandbox(text, &o->sandbox) || clean_complain(o, "--sandbox: not auto, on or off:", text);
}

bool clean_out_of_memory(void) {
  cli_message("out of memory");
  return false;
}

bool clean_add_protected(clean_options *o, const char *word) {
  return us_vec_push(&o->protect, word) || clean_out_of_memory();
}

/* Only read here: the bytes move while more files are added, so words are cut out at the end. */
bool clean_read_protected(clean_options *o, const char *path) {
  unspin_error err;
  us_buf text = {0};
  bool ok = us_file_read(path, &text, &err) == UNSPIN_OK;
  if (!ok) cli_message("%s", err.message);
  else if (memchr(us_buf_slice(&text).p, 0, text.n)) ok = clean_complain(o, "--protect-file: is not a text:", path);
  if (ok) {
    us_buf_append(&o->protect_text, us_buf_slice(&text));
    us_buf_putc(&o->protect_text, '\n');
    ok = !o->protect_text.failed || clean_out_of_memory();
  }
  us_buf_free(&text);
  return ok;
}

bool clean_cut_protected(clean_options *o) {
  for (char *line = o->protect_text.p; line && *line;) {
    char *end = line + strcspn(line, "\n"), *next = end + 1;
    if (strncmp(line, "\xEF\xBB\xBF", 3) == 0) line += 3;
    us_slice word = us_slice_trim((us_slice){line, (size_t)(end - line)});
    line[(size_t)(word.p - line) + word.n] = 0;
    if (word.n && word.p[0] != '#' && !clean_add_protected(o, word.p)) return false;
    line = next;
  }
  o->engine.protect = o->protect.p;
  o->engine.protect_count = o->protect.n;
  return true;
}

/* Keeps the half that score does not judge by. */
static bool take_half(clean_options *o, const char *path, us_slice text) {
  us_halves halves;
  bool ok = us_halves_split(text, &halves) || clean_out_of_memory();
  if (ok && !halves.words[US_HALF_DECODE]) ok = clean_complain(o, "--like: no words in", path);
  if (ok) {
    o->like = halves.half[US_HALF_DECODE];
    halves.half[US_HALF_DECODE] = (us_buf){0};
    o->engine.like = us_buf_slice(&o->like).p;
    o->engine.like_len = o->like.n;
  }
  us_halves_free(&halves);
  return ok;
}

bool clean_read_like(clean_options *o, const char *path) {
  if (o->engine.like) return clean_complain(o, "--like may be given once; too many with", path);
  unspin_error err;
  us_buf text = {0};
  bool ok = us_file_read(path, &text, &err) == UNSPIN_OK;
  if (!ok) cli_message("%s", err.message);
  else if (memchr(us_buf_slice(&text).p, 0, text.n)) ok = clean_complain(o, "--like: is not a text:", path);
  ok = ok && take_half(o, path, us_buf_slice(&text));
  us_buf_free(&text);
  return ok;
}

bool clean_set_jobs(clean_options *o, const char *text) {
  char *end;
  unsigned long n = strtoul(text, &end, 10);
  if (*text < '0' || *text > '9' || *end || n > 1024)
    return clean_complain(o, "--jobs: not a number from 0 to 1024:", text);
  o->jobs = (unsigned)n;
  return true;
}

bool clean_set_format(clean_options *o, const char *text) {
  return cli_read_format(text, &o->engine.text_format, &o->guess_format) ||
         clean_complain(o, "--format: not text, html, markdown, jsonl, csv, tsv or auto:", text);
}

bool clean_set_shard(clean_options *o, const char *text) {
  unspin_error err;
  if (us_shard_read(text, &o->shard, &err) == UNSPIN_OK) return true;
  cli_message("%s: %s", o->command, err.message);
  return false;
}

bool clean_set_stats(clean_options *o, const char *file) {
  o->stats = !file;
  o->stats_file = file;
  return true;
}
