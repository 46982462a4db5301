#include "format/guess.h"

#include <strings.h>

#include "format/markdown.h"

static const struct {
  const char *suffix;
  unspin_text_format format;
} suffixes[] = {
    {".html", UNSPIN_TEXT_HTML},      {".htm", UNSPIN_TEXT_HTML},        {".xhtml", UNSPIN_TEXT_HTML},
    {".shtml", UNSPIN_TEXT_HTML},     {".md", UNSPIN_TEXT_MARKDOWN},     {".markdown", UNSPIN_TEXT_MARKDOWN},
    {".mdown", UNSPIN_TEXT_MARKDOWN}, {".mkd", UNSPIN_TEXT_MARKDOWN},    {".jsonl", UNSPIN_TEXT_JSONL},
    {".ndjson", UNSPIN_TEXT_JSONL},   {".jsonlines", UNSPIN_TEXT_JSONL}, {".csv", UNSPIN_TEXT_CSV},
    {".tsv", UNSPIN_TEXT_TSV},        {".tab", UNSPIN_TEXT_TSV},         {".txt", UNSPIN_TEXT_PLAIN},
    {".text", UNSPIN_TEXT_PLAIN}};

static const struct {
  const char *suffix;
  unspin_packing packing;
} packings[] = {{".gz", UNSPIN_PACKING_GZIP}, {".zst", UNSPIN_PACKING_ZSTD}, {".xz", UNSPIN_PACKING_XZ}};

static bool ends_with(const char *name, size_t n, const char *suffix) {
  size_t m = strlen(suffix);
  return n > m && strncasecmp(name + n - m, suffix, m) == 0;
}

size_t us_packing_suffix(const char *name, unspin_packing *packing) {
  size_t n = strlen(name);
  *packing = UNSPIN_PACKING_NONE;
  for (size_t i = 0; i < sizeof packings / sizeof *packings; i++) {
    if (!ends_with(name, n, packings[i].suffix)) continue;
    *packing = packings[i].packing;
    return n - strlen(packings[i].suffix);
  }
  return n;
}

static bool begins_with(us_slice s, const char *word) {
  size_t n = strlen(word);
  return s.n >= n && strncasecmp(s.p, word, n) == 0;
}

/* A page, or a piece of one that begins with a tag of its own line. */
static bool looks_like_html(us_slice text) {
  static const char *const begins[] = {"<!doctype html", "<html", "<head>", "<body", "<article", "<div", "<p>", "<h1"};
  for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
    if (begins_with(text, begins[i])) return true;
  return false;
}

/* The first line is an object. */
static bool looks_like_jsonl(us_slice text) {
  if (text.n < 2 || text.p[0] != '{') return false;
  us_slice rest = text, line;
  us_slice_cut(&rest, '\n', &line);
  line = us_slice_trim(line);
  us_slice inside = us_slice_trim(us_slice_sub(line, 1, line.n));
  bool whole = line.n > 1 && line.p[line.n - 1] == '}';
  return inside.n && (inside.p[0] == '"' || inside.p[0] == '}') && (whole || line.n == text.n);
}

/* A block of code between fences, or front matter: these do not stand in plain text. */
static bool looks_like_markdown(us_slice text) {
  if (us_front_matter(text)) return true;
  us_slice rest = text, line;
  size_t fences = 0;
  while (us_slice_cut(&rest, '\n', &line)) fences += begins_with(line, "```");
  return fences >= 2;
}

unspin_text_format us_format_guess(const char *name, us_slice text) {
  unspin_packing packing;
  size_t n = name ? us_packing_suffix(name, &packing) : 0;
  for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
    if (ends_with(name ? name : "", n, suffixes[i].suffix)) return suffixes[i].format;
  if (text.n >= 3 && memcmp(text.p, "\xEF\xBB\xBF", 3) == 0) text = us_slice_sub(text, 3, text.n);
  us_slice trimmed = us_slice_trim(text);
  if (looks_like_html(trimmed)) return UNSPIN_TEXT_HTML;
  if (looks_like_jsonl(trimmed)) return UNSPIN_TEXT_JSONL;
  return looks_like_markdown(text) ? UNSPIN_TEXT_MARKDOWN : UNSPIN_TEXT_PLAIN;
}
