#include "model/sort.h"

enum { SMALL = 24 };

static void insertion(us_u128 *k, size_t n) {
  for (size_t i = 1; i < n; i++) {
    us_u128 v = k[i];
    size_t j = i;
    for (; j && k[j - 1] > v; j--) k[j] = k[j - 1];
    k[j] = v;
  }
}

static void sift(us_u128 *k, size_t n, size_t i) {
  us_u128 v = k[i];
  for (size_t child; (child = 2 * i + 1) < n; i = child) {
    if (child + 1 < n && k[child + 1] > k[child]) child++;
    if (k[child] <= v) break;
    k[i] = k[child];
  }
  k[i] = v;
}

static void heap(us_u128 *k, size_t n) {
  for (size_t i = n / 2; i-- > 0;) sift(k, n, i);
  while (n-- > 1) {
    us_u128 v = k[0];
    k[0] = k[n];
    k[n] = v;
    sift(k, n, 0);
  }
}

static us_u128 median(us_u128 a, us_u128 b, us_u128 c) {
  if (a > b) {
    us_u128 t = a;
    a = b;
    b = t;
  }
  return c <= a ? a : c >= b ? b : c;
}

/* Quicksort in three parts, because n-grams repeat a lot; heap sort where the pivots turn out badly. */
static void quick(us_u128 *k, size_t n, unsigned depth) {
  while (n > SMALL) {
    if (!depth--) {
      heap(k, n);
      return;
    }
    us_u128 pivot = median(median(k[0], k[n / 8], k[n / 4]), median(k[n / 2 - 1], k[n / 2], k[n / 2 + 1]),
                           median(k[n - n / 4], k[n - n / 8], k[n - 1]));
    size_t less = 0, i = 0, more = n;
    while (i < more) {
      us_u128 v = k[i];
      if (v < pivot) {
        k[i++] = k[less];
        k[less++] = v;
      } else if (v > pivot) {
        k[i] = k[--more];
        k[more] = v;
      } else {
        i++;
      }
    }
    if (less < n - more) {
      quick(k, less, depth);
      k += more;
      n -= more;
    } else {
      quick(k + more, n - more, depth);
      n = less;
    }
  }
  insertion(k, n);
}

void us_sort_keys(us_u128 *keys, size_t n) {
  unsigned depth = 4;
  for (size_t m = n; m; m >>= 1) depth += 2;
  quick(keys, n, depth);
}
