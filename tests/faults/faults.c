/* faults.c - preloaded into unspin: the n-th allocation fails. calls.c does the same to system calls. See ledger.h. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "ledger.h"

faults faults_asked;

/* ---- where it strikes ---- */

enum { SPARED_MOST = 8 };
typedef struct range {
  uintptr_t from, to;
} range;
static range spared[SPARED_MOST];
static size_t spared_count;

static void trace(void) {
  void *frames[32];
  int n = backtrace(frames, 32);
  backtrace_symbols_fd(frames, n, 2);
}

bool faults_strike(void) {
  static __thread bool inside; /* backtrace() allocates */
  if (inside) return false;
  ledger *l = faults_asked.ledger;
  uint64_t n = __atomic_add_fetch(&l->calls, 1, __ATOMIC_RELAXED);
  bool hit = faults_asked.at && (faults_asked.on ? n >= faults_asked.at : n == faults_asked.at);
  if (!hit) return false;
  uint64_t before = __atomic_fetch_add(&l->struck, 1, __ATOMIC_RELAXED);
  inside = true;
  if (faults_asked.trace && !before) trace();
  inside = false;
  return true;
}

/* C++ throws where memory is short; nobody between it and us catches. */
static int note_spared(struct dl_phdr_info *info, size_t size, void *cookie) {
  (void)size;
  (void)cookie;
  if (!info->dlpi_name || !strstr(info->dlpi_name, "libstdc++")) return 0;
  for (int i = 0; i < info->dlpi_phnum && spared_count < SPARED_MOST; i++) {
    const ElfW(Phdr) *p = &info->dlpi_phdr[i];
    if (p->p_type != PT_LOAD) continue;
    uintptr_t from = info->dlpi_addr + p->p_vaddr;
    spared[spared_count++] = (range){from, from + p->p_memsz};
  }
  return 0;
}

static bool is_spared(const void *caller) {
  for (size_t i = 0; i < spared_count; i++)
    if ((uintptr_t)caller >= spared[i].from && (uintptr_t)caller < spared[i].to) return true;
  return false;
}

static bool fails(const void *caller) {
  if (faults_asked.kind != FAULTS_ALLOC) return false;
  if (is_spared(caller)) {
    __atomic_add_fetch(&faults_asked.ledger->spared, 1, __ATOMIC_RELAXED);
    return false;
  }
  if (!faults_strike()) return false;
  errno = ENOMEM;
  return true;
}

static void count_live(int64_t n) {
  if (faults_asked.ledger) __atomic_add_fetch(&faults_asked.ledger->live, n, __ATOMIC_RELAXED);
}

/* ---- the functions that stand before libc's ---- */

/* Of dlsym, which allocates before it can say where the allocator is. */
static char early[1 << 14];
static size_t early_used;

static void *early_take(size_t n) {
  size_t at = (early_used + 15) & ~(size_t)15;
  if (n > sizeof early - at) return NULL;
  early_used = at + n;
  return early + at;
}

static bool is_early(const void *p) { return (const char *)p >= early && (const char *)p < early + sizeof early; }

/* A sanitizer's own functions; asking for them by dlsym() would start it too early. */
void *__interceptor_malloc(size_t) __attribute__((weak));
void *__interceptor_calloc(size_t, size_t) __attribute__((weak));
void *__interceptor_realloc(void *, size_t) __attribute__((weak));
void __interceptor_free(void *) __attribute__((weak));

static void *sanitizers(const char *name) {
  if (strcmp(name, "malloc") == 0) return (void *)__interceptor_malloc;
  if (strcmp(name, "calloc") == 0) return (void *)__interceptor_calloc;
  if (strcmp(name, "realloc") == 0) return (void *)__interceptor_realloc;
  return strcmp(name, "free") == 0 ? (void *)__interceptor_free : NULL;
}

static void *next(const char *name) {
  static __thread bool looking;
  if (sanitizers(name)) return sanitizers(name);
  if (looking) return NULL;
  looking = true;
  void *found = dlsym(RTLD_NEXT, name);
  looking = false;
  return found;
}

/* The next function of that name, looked up once. */
#define NEXT(type, name, ...)       \
  static type (*real)(__VA_ARGS__); \
  if (!real) *(void **)&real = next(name)

static void *told(void *p) {
  if (p) count_live(1);
  return p;
}

void *malloc(size_t n) {
  NEXT(void *, "malloc", size_t);
  if (!real) return early_take(n);
  return fails(__builtin_return_address(0)) ? NULL : told(real(n));
}

void *calloc(size_t n, size_t size) {
  NEXT(void *, "calloc", size_t, size_t);
  if (!real) return early_take(n * size); /* it is still zero */
  return fails(__builtin_return_address(0)) ? NULL : told(real(n, size));
}

void *realloc(void *p, size_t n) {
  NEXT(void *, "realloc", void *, size_t);
  if (is_early(p)) {
    void *moved = malloc(n);
    size_t most = (size_t)(early + sizeof early - (char *)p);
    return moved ? memcpy(moved, p, n < most ? n : most) : NULL;
  }
  if (fails(__builtin_return_address(0))) return NULL;
  void *made = real(p, n);
  if (made && !p) count_live(1);
  if (!made && p && !n) count_live(-1);
  return made;
}

void free(void *p) {
  NEXT(void, "free", void *);
  if (!p || is_early(p) || !real) return;
  count_live(-1);
  real(p);
}

int posix_memalign(void **out, size_t alignment, size_t n) {
  NEXT(int, "posix_memalign", void **, size_t, size_t);
  if (fails(__builtin_return_address(0))) return ENOMEM;
  int status = real(out, alignment, n);
  if (!status) count_live(1);
  return status;
}

void *aligned_alloc(size_t alignment, size_t n) {
  NEXT(void *, "aligned_alloc", size_t, size_t);
  return fails(__builtin_return_address(0)) ? NULL : told(real(alignment, n));
}

/* Under a sanitizer these do not come back to malloc above. */
static char *copied(const char *s, size_t n) {
  char *copy = malloc(n + 1);
  if (!copy) return NULL;
  memcpy(copy, s, n);
  copy[n] = 0;
  return copy;
}

#undef strdup
#undef strndup
char *strdup(const char *s) { return copied(s, strlen(s)); }
char *strndup(const char *s, size_t n) { return copied(s, strnlen(s, n)); }

/* ---- clocks ---- */

static bool backwards;

static time_t turned_back(void) {
  static int64_t calls;
  return (time_t)(__atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED) * 60);
}

int clock_gettime(clockid_t id, struct timespec *t) {
  NEXT(int, "clock_gettime", clockid_t, struct timespec *);
  int status = real(id, t);
  if (!status && backwards && id == CLOCK_REALTIME) t->tv_sec -= turned_back();
  return status;
}

time_t time(time_t *out) {
  struct timespec t = {0};
  clock_gettime(CLOCK_REALTIME, &t);
  if (out) *out = t.tv_sec;
  return t.tv_sec;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone) {
  (void)zone;
  struct timespec t = {0};
  clock_gettime(CLOCK_REALTIME, &t);
  *out = (struct timeval){.tv_sec = t.tv_sec, .tv_usec = t.tv_nsec / 1000};
  return 0;
}

/* ---- the start ---- */

static faults_kind kind_named(const char *name) {
  static const char *const names[] = {"none", "alloc",  "read",  "write", "open",
                                      "sync", "rename", "close", "map",   "stat"};
  for (size_t i = 0; name && i < sizeof names / sizeof *names; i++)
    if (strcmp(name, names[i]) == 0) return (faults_kind)i;
  return FAULTS_NONE;
}

static ledger *map_ledger(const char *path) {
  int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (fd < 0) return NULL;
  void *page = mmap(NULL, sizeof(ledger), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  return page == MAP_FAILED ? NULL : page;
}

static long number_of(const char *name) {
  const char *text = getenv(name);
  return text ? strtol(text, NULL, 10) : 0;
}

__attribute__((constructor)) static void begin(void) {
  ledger *l = map_ledger(getenv("FAULTS_LEDGER"));
  if (!l) return;
  dl_iterate_phdr(note_spared, NULL);
  backwards = number_of("FAULTS_CLOCK") > 0;
  faults asked = {.kind = kind_named(getenv("FAULTS_KIND")),
                  .at = (uint64_t)number_of("FAULTS_AT"),
                  .on = number_of("FAULTS_ON") > 0,
                  .trace = number_of("FAULTS_TRACE") > 0,
                  .error = (int)number_of("FAULTS_ERROR"),
                  .ledger = l};
  faults_asked = asked;
  bool calls = asked.kind != FAULTS_NONE && asked.kind != FAULTS_ALLOC;
  l->ready = !calls || faults_watch_calls() ? 1 : 2;
}
