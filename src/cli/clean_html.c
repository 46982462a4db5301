#include "cli/clean_html.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "batch/confine.h"
#include "cli/cli.h"

static bool is_folder(const char *path) {
  struct stat st;
  size_t n = strlen(path);
  return (n && path[n - 1] == '/') || (stat(path, &st) == 0 && S_ISDIR(st.st_mode));
}

static bool fail(const unspin_error *err) {
  cli_message("%s", err->message);
  return false;
}

static bool out_of_memory(void) {
  cli_message("out of memory");
  return false;
}

static unspin_status write_file(const clean_html *h, const char *path, us_slice text, unspin_error *err) {
  us_place place = {.fd = -1};
  unspin_status status = us_place_write(path, &h->style, text, &place, err);
  if (!status) status = us_place_commit(&place, NULL, err);
  us_place_drop(&place);
  return status;
}

#define ALL_IGNORED US_LIT("*\n")

/* Whether the file is what an earlier run wrote to keep its pages from being read. */
static bool is_our_ignore(const char *path, const struct stat *st) {
  us_buf text = {0};
  bool ours = S_ISREG(st->st_mode) && (size_t)st->st_size == ALL_IGNORED.n && !us_file_read(path, &text, NULL) &&
              us_slice_eq(us_buf_slice(&text), ALL_IGNORED);
  us_buf_free(&text);
  return ours;
}

/* Whether anything lies in the folder that no run of --html put there. */
static bool holds_others(const char *folder) {
  DIR *dir = opendir(folder);
  bool others = false;
  for (struct dirent *e; dir && !others && (e = readdir(dir));)
    others = e->d_name[0] != '.' && strcmp(e->d_name, "index.html") != 0 && strcmp(e->d_name, "pages") != 0;
  if (dir) closedir(dir);
  return others;
}

static unspin_status ignore_pages(const clean_html *h, const char *path, unspin_error *err) {
  struct stat st;
  US_TRY(us_confine(h->place, path, err));
  bool there = stat(path, &st) == 0;
  if (there && is_our_ignore(path, &st)) return UNSPIN_OK;
  if (there || holds_others(h->place))
    return us_fail(err, UNSPIN_ERR_INVALID, "%s: holds other files: --html needs a folder of its own", h->place);
  return write_file(h, path, ALL_IGNORED, err);
}

/* The next run over the folder that this one lies in shall not take the pages for documents; what else lies there must
 * not be left out with them. */
static unspin_status write_ignore(const clean_html *h, unspin_error *err) {
  us_buf path = {0};
  us_buf_printf(&path, "%s/.unspinignore", h->place);
  unspin_status status = path.failed ? us_nomem(err) : ignore_pages(h, path.p, err);
  us_buf_free(&path);
  return status;
}

bool clean_html_begin(clean_html *h, const char *place, bool several) {
  mode_t mask = umask(0);
  umask(mask);
  *h = (clean_html){.place = place, .style = {.mask = mask, .devices = true}};
  if (place && several && strcmp(place, "-") == 0) {
    cli_message("--html - takes one file: name a folder for the pages");
    return false;
  }
  h->folder = place && (several || is_folder(place));
  h->style.folders = h->folder;
  h->style.devices = !h->folder;
  h->style.inside = h->folder ? place : NULL;
  unspin_error err;
  return !h->folder || write_ignore(h, &err) == UNSPIN_OK || fail(&err);
}

void clean_html_free(clean_html *h) {
  us_vec_free(&h->rows);
  us_arena_free(&h->arena);
}

/* Where the page of the file PATH lies below the folder. Never above it, whatever PATH is. */
static void page_of(const char *path, us_buf *out) {
  us_slice rest = us_slice_of(strcmp(path, "-") == 0 ? "standard-input" : path), part;
  us_buf_puts(out, "pages");
  while (us_slice_cut(&rest, '/', &part)) {
    if (!part.n || us_slice_eq(part, US_LIT("."))) continue;
    us_buf_putc(out, '/');
    us_buf_append(out, us_slice_eq(part, US_LIT("..")) ? US_LIT("_") : part);
  }
  us_buf_puts(out, ".html");
}

static unspin_status write_page(const clean_html *h, us_doc *doc, us_slice text, unspin_error *err) {
  if (strcmp(h->place, "-") == 0) {
    us_buf_append(&doc->shown, text);
    return doc->shown.failed ? us_nomem(err) : UNSPIN_OK;
  }
  if (!h->folder) return write_file(h, h->place, text, err);
  us_buf path = {0};
  us_buf_printf(&path, "%s/", h->place);
  page_of(doc->path, &path);
  unspin_status status = path.failed ? us_nomem(err) : write_file(h, path.p, text, err);
  us_buf_free(&path);
  return status;
}

unspin_status clean_html_page(const clean_html *h, us_doc *doc, const us_report *report, unspin_error *err) {
  if (!h->place) return UNSPIN_OK;
  char *text = NULL;
  size_t n = 0;
  FILE *out = open_memstream(&text, &n);
  if (!out) return us_fail(err, UNSPIN_ERR_NOMEM, "%s: out of memory", doc->name);
  unspin_status status = us_render_html(out, report, &(us_style){0}, err);
  bool whole = !ferror(out);
  whole &= fclose(out) == 0;
  if (status) {
    unspin_error told = *err;
    status = us_fail(err, status, "%s: %s", doc->name, told.message);
  } else if (!whole) status = us_fail(err, UNSPIN_ERR_NOMEM, "%s: out of memory", doc->name);
  else status = write_page(h, doc, (us_slice){text, n}, err);
  free(text);
  return status;
}

/* Empty if there is no page: the document failed, or an earlier run did it without one. */
static us_slice link_of(clean_html *h, const char *path) {
  us_buf whole = {0};
  us_buf_printf(&whole, "%s/", h->place);
  size_t begin = whole.n;
  page_of(path, &whole);
  bool there = !whole.failed && access(whole.p, R_OK) == 0;
  us_slice below = us_slice_sub(us_buf_slice(&whole), there ? begin : 0, there ? whole.n : 0);
  us_slice kept = {us_arena_copy(&h->arena, below), below.n};
  us_buf_free(&whole);
  return kept;
}

bool clean_html_note(clean_html *h, const us_finished *f, const char *status) {
  if (!h->folder) return true;
  const us_doc_tally *t = f->tally;
  us_slice name = us_slice_of(f->name);
  us_web_row row = {.name = {us_arena_copy(&h->arena, name), name.n},
                    .link = f->outcome == US_OUTCOME_FAILED ? (us_slice){"", 0} : link_of(h, f->path),
                    .status = status,
                    .words = t->words,
                    .edits = t->edits,
                    .spin = t->words ? t->spun_words / (double)t->words : 0,
                    .seconds = t->seconds};
  return (row.name.p && row.link.p && us_vec_push(&h->rows, row)) || out_of_memory();
}

static unspin_status write_index(const clean_html *h, const char *path, unspin_error *err) {
  char *text = NULL;
  size_t n = 0;
  FILE *out = open_memstream(&text, &n);
  if (!out) return us_nomem(err);
  unspin_status status = us_web_index_write(out, h->rows.p, h->rows.n, err);
  bool whole = !ferror(out);
  whole &= fclose(out) == 0;
  if (!status) status = whole ? write_file(h, path, (us_slice){text, n}, err) : us_nomem(err);
  free(text);
  return status;
}

bool clean_html_end(clean_html *h) {
  if (!h->folder) return true;
  us_buf path = {0};
  unspin_error err;
  us_buf_printf(&path, "%s/index.html", h->place);
  unspin_status status = path.failed ? us_nomem(&err) : write_index(h, path.p, &err);
  us_buf_free(&path);
  return !status || fail(&err);
}
