#define _POSIX_C_SOURCE 200809L
#include "cli/progress.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define SECONDS_BETWEEN 0.2
enum { BAR = 30, COLUMNS = 79 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

cli_progress cli_progress_start(bool quiet) { return (cli_progress){.on = !quiet && isatty(STDERR_FILENO)}; }

void cli_progress_show(cli_progress *p, const char *stage, int width, double share, uint64_t count, const char *unit) {
  double t = p->on ? now() : 0;
  if (!p->on || t - p->last <= SECONDS_BETWEEN) return;
  char line[120];
  int n = snprintf(line, sizeof line, "%-*s", width, stage);
  if (share < 0) snprintf(line + n, sizeof line - (size_t)n, "%" PRIu64 " %s", count, unit);
  else {
    int full = (int)(share * BAR);
    snprintf(line + n, sizeof line - (size_t)n, "[%.*s%*s] %3.0f%%", full, "==============================", BAR - full,
             "", share * 100);
  }
  fprintf(stderr, "\r%-*.*s", COLUMNS, COLUMNS, line);
  p->shown = true;
  p->last = t;
}

void cli_progress_clear(cli_progress *p) {
  if (p->shown) fprintf(stderr, "\r%*s\r", COLUMNS, "");
  p->shown = false;
}

static volatile sig_atomic_t interrupted;
static void on_signal(int number) { interrupted = number; }

void cli_catch_signals(void) {
  struct sigaction act = {.sa_handler = on_signal};
  sigaction(SIGINT, &act, NULL);
  sigaction(SIGTERM, &act, NULL);
  sigaction(SIGHUP, &act, NULL);
}

bool cli_interrupted(void) { return interrupted != 0; }
