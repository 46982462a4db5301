/* Edit lists out of JSON. Only one edit at a time stands in memory as JSON: lists may be many times as large as texts.
 */
#include <jansson.h>
#include <stdlib.h>

#include "base/json_read.h"
#include "report/json.h"
#include "report/pieces.h"
#include "report/undo_list.h"

typedef struct reader {
  us_undo *undo;
  us_slice json;
  size_t at;   /* what is being read */
  size_t line; /* that AT stands in; counted up to COUNTED */
  size_t counted;
  unspin_error *err;
} reader;

/* Called with ascending places. */
static void go_to(reader *r, size_t at) {
  r->at = at;
  for (; r->counted < at; r->counted++) r->line += r->json.p[r->counted] == '\n';
}

static unspin_status damaged(const reader *r, const char *what) {
  return us_fail(r->err, UNSPIN_ERR_FORMAT, "%s:%zu: damaged edit list: %s", r->undo->path, r->line, what);
}

static unspin_status damaged_member(const reader *r, const char *key, const char *what) {
  return us_fail(r->err, UNSPIN_ERR_FORMAT, "%s:%zu: damaged edit list: \"%s\" is not %s", r->undo->path, r->line, key,
                 what);
}

/* The caller frees *OUT. */
static unspin_status parse(reader *r, size_t begin, size_t end, json_t **out) {
  json_error_t problem;
  go_to(r, begin);
  *out = us_json_load(us_slice_sub(r->json, begin, end), JSON_DECODE_ANY | JSON_ALLOW_NUL, &problem);
  if (*out) return UNSPIN_OK;
  if (!problem.text[0]) return us_nomem(r->err);
  r->line += problem.line > 1 ? (size_t)problem.line - 1 : 0;
  return damaged(r, problem.text);
}

static unspin_status read_size(const reader *r, const json_t *object, const char *key, size_t *out) {
  const json_t *value = json_object_get(object, key);
  if (!json_is_integer(value) || json_integer_value(value) < 0) return damaged_member(r, key, "a count");
  *out = (size_t)json_integer_value(value);
  return UNSPIN_OK;
}

static unspin_status read_text(const reader *r, const json_t *object, const char *key, us_slice *out) {
  const json_t *value = json_object_get(object, key);
  if (!json_is_string(value)) return damaged_member(r, key, "a text");
  us_slice s = {json_string_value(value), json_string_length(value)};
  *out = (us_slice){us_arena_copy(&r->undo->arena, s), s.n};
  return out->p ? UNSPIN_OK : us_nomem(r->err);
}

static unspin_status read_side(const reader *r, const json_t *head, const char *key, undo_side *out) {
  const json_t *value = json_object_get(head, key);
  US_TRY(read_size(r, value, "bytes", &out->bytes));
  const char *hex = json_string_value(json_object_get(value, "hash"));
  if (!hex || strlen(hex) != 16 || strspn(hex, "0123456789abcdef") != 16)
    return damaged_member(r, "hash", "16 hexadecimal digits");
  out->hash = strtoull(hex, NULL, 16);
  return UNSPIN_OK;
}

static unspin_status read_head(const reader *r, const json_t *head, undo_list *out) {
  const char *format = json_string_value(json_object_get(head, "format"));
  if (!format || strcmp(format, US_JSON_FORMAT) != 0) return damaged(r, "this is not what unspin clean --json writes");
  size_t version = 0;
  US_TRY(read_size(r, head, "version", &version));
  if (version != US_JSON_VERSION) {
    return us_fail(r->err, UNSPIN_ERR_VERSION, "%s:%zu: edit list of version %zu: this program reads version %d",
                   r->undo->path, r->line, version, US_JSON_VERSION);
  }
  US_TRY(read_side(r, head, "input", &out->input));
  US_TRY(read_text(r, json_object_get(head, "input"), "name", &out->name));
  return read_side(r, head, "output", &out->output);
}

static unspin_status read_edit(const reader *r, const json_t *object, undo_edit *out) {
  US_TRY(read_size(r, object, "begin", &out->begin));
  US_TRY(read_size(r, object, "end", &out->end));
  US_TRY(read_text(r, object, "before", &out->before));
  return read_text(r, object, "after", &out->after);
}

static const char *fault_of(const undo_edit *edit, size_t last_end, size_t bytes) {
  if (edit->begin < last_end) return "overlaps the one before it, or stands before it";
  if (edit->end < edit->begin || edit->end > bytes) return "lies outside the text";
  return edit->before.n == edit->end - edit->begin ? NULL : "has a \"before\" of another length than its place";
}

static unspin_status read_edits(reader *r, size_t begin, undo_list *out) {
  US_VEC(undo_edit) edits = {0};
  us_pieces pieces = us_pieces_open(r->json, begin);
  us_piece piece;
  unspin_status status = UNSPIN_OK;
  size_t end = 0;
  while (!status && us_pieces_next(&pieces, &piece)) {
    undo_edit edit = {0};
    json_t *object;
    US_TRY_GOTO(parse(r, piece.begin, piece.end, &object), done);
    status = read_edit(r, object, &edit);
    json_decref(object);
    const char *fault = status ? NULL : fault_of(&edit, end, out->input.bytes);
    if (fault) {
      status = us_fail(r->err, UNSPIN_ERR_FORMAT, "%s:%zu: damaged edit list: edit %zu (bytes %zu to %zu) %s",
                       r->undo->path, r->line, edits.n + 1, edit.begin, edit.end, fault);
    }
    if (!status && !us_vec_push(&edits, edit)) status = us_nomem(r->err);
    end = edit.end;
  }
  if (!status && pieces.wrong) {
    go_to(r, pieces.at);
    status = damaged(r, pieces.wrong);
  }
done:
  out->edits = edits.p;
  out->count = edits.n;
  return status;
}

/* All members but "edits", whose place is given instead: 0 if there is none. */
static unspin_status collect_head(reader *r, us_pieces *pieces, json_t *head, size_t *edits) {
  us_piece piece;
  while (us_pieces_next(pieces, &piece)) {
    bool is_edits = us_slice_eq(us_slice_sub(r->json, piece.key, piece.key_end), US_LIT("\"edits\""));
    if (is_edits) *edits = piece.begin;
    if (is_edits) continue;
    json_t *key, *value;
    US_TRY(parse(r, piece.key, piece.key_end, &key));
    unspin_status status = parse(r, piece.begin, piece.end, &value);
    if (!status && json_object_set_new(head, json_string_value(key), value) != 0)
      status = json_is_string(key) ? us_nomem(r->err) : damaged(r, "the name of a member is no name");
    json_decref(key);
    US_TRY(status);
  }
  if (!pieces->wrong) return UNSPIN_OK;
  go_to(r, pieces->at);
  return damaged(r, pieces->wrong);
}

/* Reads the list that begins at *AT and moves *AT behind it. */
static unspin_status read_list(reader *r, size_t *at, undo_list *out) {
  json_t *head = json_object();
  if (!head) return us_nomem(r->err);
  go_to(r, *at);
  out->line = r->line;
  us_pieces pieces = us_pieces_open(r->json, *at);
  if (pieces.close == ']') pieces.wrong = "this is not what unspin clean --json writes";
  size_t edits = 0;
  unspin_status status = collect_head(r, &pieces, head, &edits);
  if (!status) {
    /* the members have been seen to their end: back to the first line for what is said about them together */
    reader first = *r;
    first.line = out->line;
    status = read_head(&first, head, out);
  }
  json_decref(head);
  if (status) return status;
  if (!edits || r->json.p[edits] != '[') return damaged(r, "\"edits\" is not a list");
  reader inside = *r;
  inside.line = out->line;
  inside.counted = *at;
  *at = pieces.at;
  return read_edits(&inside, edits, out);
}

static unspin_status read_all(us_undo *undo, us_slice json, unspin_error *err) {
  reader r = {.undo = undo, .json = json, .line = 1, .err = err};
  for (size_t at = us_json_blank(json, 0); at < json.n; at = us_json_blank(json, at)) {
    if (!us_vec_push(&undo->lists, (undo_list){0})) return us_nomem(err);
    US_TRY(read_list(&r, &at, &undo->lists.p[undo->lists.n - 1]));
  }
  if (!undo->lists.n) return us_fail(err, UNSPIN_ERR_FORMAT, "%s: holds no edit list", undo->path);
  return us_undo_sort(undo) ? UNSPIN_OK : us_nomem(err);
}

unspin_status us_undo_read(us_slice json, const char *path, us_undo **out, unspin_error *err) {
  *out = NULL;
  us_undo *undo = calloc(1, sizeof *undo);
  if (!undo) return us_nomem(err);
  undo->path = strdup(path);
  unspin_status status = undo->path ? read_all(undo, json, err) : us_nomem(err);
  if (status) us_undo_free(undo);
  else *out = undo;
  return status;
}

void us_undo_free(us_undo *undo) {
  if (!undo) return;
  for (size_t i = 0; i < undo->lists.n; i++) free(undo->lists.p[i].edits);
  us_vec_free(&undo->lists);
  free(undo->by_output);
  free(undo->by_input);
  us_arena_free(&undo->arena);
  free(undo->path);
  free(undo);
}
