#include "batch/inputs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

struct us_inputs {
  us_inputs_plan plan;
  size_t at; /* next operand */
  FILE *list;
  char *line; /* of the list */
  size_t line_cap;
  us_walk *walk; /* of the folder that we are in, or NULL */
};

unspin_status us_inputs_open(const us_inputs_plan *plan, us_inputs **out, unspin_error *err) {
  *out = NULL;
  us_inputs *in = calloc(1, sizeof *in);
  if (!in) return us_nomem(err);
  in->plan = *plan;
  bool standard = plan->list && strcmp(plan->list, "-") == 0;
  if (plan->list) in->list = standard ? stdin : fopen(plan->list, "re");
  if (plan->list && !in->list) {
    us_fail(err, UNSPIN_ERR_IO, "%s: cannot open: %s", plan->list, strerror(errno));
    free(in);
    return UNSPIN_ERR_IO;
  }
  *out = in;
  return UNSPIN_OK;
}

/* The next operand or line; NULL at the end. */
static unspin_status next_name(us_inputs *in, const char **name, unspin_error *err) {
  *name = NULL;
  if (in->at < in->plan.operand_count) {
    *name = in->plan.operands[in->at++];
    return UNSPIN_OK;
  }
  int end = in->plan.zero ? 0 : '\n';
  while (in->list) {
    errno = 0;
    ssize_t n = getdelim(&in->line, &in->line_cap, end, in->list);
    if (n < 0 && ferror(in->list))
      return us_fail(err, UNSPIN_ERR_IO, "%s: cannot read: %s", in->plan.list, strerror(errno));
    if (n < 0) break;
    if (n && in->line[n - 1] == end) in->line[--n] = 0;
    if (!n) continue;
    if (memchr(in->line, 0, (size_t)n))
      return us_fail(err, UNSPIN_ERR_INVALID, "%s: holds NUL bytes: does it need -0?", in->plan.list);
    *name = in->line;
    break;
  }
  return UNSPIN_OK;
}

/* The path as it can stand below another folder. */
static const char *path_below(const char *path) {
  while (strncmp(path, "./", 2) == 0) {
    path += 2;
    while (*path == '/') path++;
  }
  bool upwards = path[0] == '/';
  for (const char *p = path; p && !upwards; p = strchr(p, '/') ? strchr(p, '/') + 1 : NULL)
    upwards = strncmp(p, "..", 2) == 0 && (p[2] == '/' || !p[2]);
  const char *slash = strrchr(path, '/');
  return upwards && slash ? slash + 1 : path;
}

static bool is_folder(const char *path) {
  struct stat st;
  return strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Whether a file that was named is to be done. */
static unspin_status admit(us_inputs *in, const char *path, bool *admitted, unspin_error *err) {
  *admitted = true;
  if (!in->plan.force_exclude || strcmp(path, "-") == 0) return UNSPIN_OK;
  bool excluded = false;
  us_skip why;
  US_TRY(us_walk_excludes(&in->plan.rules, path, &excluded, &why, err));
  if (excluded && in->plan.watch.skipped) in->plan.watch.skipped(in->plan.watch.cookie, why, path);
  *admitted = !excluded;
  return UNSPIN_OK;
}

static unspin_status next_walked(us_inputs *in, us_input *input, bool *more, unspin_error *err) {
  const char *path, *below = NULL;
  US_TRY(us_walk_next(in->walk, &path, &below, err));
  *more = path != NULL;
  *input = (us_input){.path = path, .below = below};
  if (path) return UNSPIN_OK;
  us_walk_close(in->walk);
  in->walk = NULL;
  return UNSPIN_OK;
}

unspin_status us_inputs_next(us_inputs *in, us_input *input, bool *more, unspin_error *err) {
  for (;;) {
    *more = false;
    if (in->walk) US_TRY(next_walked(in, input, more, err));
    if (*more) return UNSPIN_OK;
    const char *name;
    US_TRY(next_name(in, &name, err));
    if (!name) return UNSPIN_OK;
    if (is_folder(name)) {
      US_TRY(us_walk_open(name, &in->plan.rules, &in->plan.watch, in->plan.omit, &in->walk, err));
      continue;
    }
    US_TRY(admit(in, name, more, err));
    *input = (us_input){.path = name, .below = path_below(name), .named = true};
    if (*more) return UNSPIN_OK;
  }
}

void us_inputs_close(us_inputs *in) {
  if (!in) return;
  us_walk_close(in->walk);
  if (in->list && in->list != stdin) fclose(in->list);
  free(in->line);
  free(in);
}
