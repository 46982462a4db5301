#include "report/pieces.h"

static const char cut_short[] = "it ends in the middle";

size_t us_json_blank(us_slice json, size_t at) {
  while (at < json.n && memchr(" \t\r\n", json.p[at], 4)) at++;
  return at;
}

/* Behind the string that begins at AT; 0 if it does not end. */
static size_t skip_string(us_slice json, size_t at) {
  for (at++; at < json.n; at++) {
    if (json.p[at] == '\\') at++;
    else if (json.p[at] == '"') return at + 1;
  }
  return 0;
}

/* Behind the value that begins at AT; 0 if it does not end. Whether brackets match is left to the parser. */
static size_t skip_value(us_slice json, size_t at) {
  size_t depth = 0;
  while (at < json.n) {
    char c = json.p[at];
    if (c == '"') {
      at = skip_string(json, at);
      if (!at) return 0;
      if (!depth) return at;
      continue;
    }
    bool closes = c == '}' || c == ']';
    if (!depth && (closes || c == ',' || memchr(" \t\r\n", c, 4))) return at; /* the end of a number or a word */
    at++;
    if (c == '{' || c == '[') depth++;
    if (closes && --depth == 0) return at;
  }
  return 0;
}

us_pieces us_pieces_open(us_slice json, size_t at) {
  us_pieces pieces = {.json = json, .at = at};
  if (at < json.n && json.p[at] == '{') pieces.close = '}';
  else if (at < json.n && json.p[at] == '[') pieces.close = ']';
  else pieces.wrong = "this is not what unspin clean --json writes";
  pieces.at += !pieces.wrong;
  return pieces;
}

static bool stop(us_pieces *p, const char *wrong) {
  p->wrong = wrong;
  return false;
}

bool us_pieces_next(us_pieces *p, us_piece *piece) {
  if (p->wrong) return false;
  p->at = us_json_blank(p->json, p->at);
  if (p->at >= p->json.n) return stop(p, cut_short);
  if (p->json.p[p->at] == p->close) {
    p->at++;
    return false;
  }
  if (p->begun && p->json.p[p->at] != ',') return stop(p, "a comma is missing");
  if (p->begun) p->at = us_json_blank(p->json, p->at + 1);
  p->begun = true;
  *piece = (us_piece){0};
  if (p->close == '}') {
    if (p->at >= p->json.n) return stop(p, cut_short);
    if (p->json.p[p->at] != '"') return stop(p, "the name of a member is missing");
    piece->key = p->at;
    piece->key_end = skip_string(p->json, p->at);
    if (!piece->key_end) return stop(p, cut_short);
    p->at = us_json_blank(p->json, piece->key_end);
    if (p->at >= p->json.n) return stop(p, cut_short);
    if (p->json.p[p->at] != ':') return stop(p, "a colon is missing");
    p->at = us_json_blank(p->json, p->at + 1);
  }
  piece->begin = p->at;
  piece->end = skip_value(p->json, p->at);
  if (!piece->end) return stop(p, cut_short);
  if (piece->end == piece->begin) return stop(p, "a value is missing");
  p->at = piece->end;
  return true;
}
