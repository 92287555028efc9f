/* How many CMS a second honnin_cms_verify verifies on one thread.
 *
 *   verify_rate CA FILE
 *
 * FILE has the CMS one after another, each behind its length as 4 bytes, little-endian. Prints the rate; fails if one of them is
 * not good.
 */
#include <honnin.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint8_t *read_all(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  uint8_t *data;
  long end;
  if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (end = ftell(file)) < 0) {
    perror(path);
    exit(1);
  }
  rewind(file);
  *size = (size_t)end;
  data = malloc(*size + 1);
  if (data == NULL || fread(data, 1, *size, file) != *size) {
    perror(path);
    exit(1);
  }
  fclose(file);
  return data;
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  honnin_error error = HONNIN_ERROR_INIT;
  honnin_validation_options options = HONNIN_VALIDATION_OPTIONS_INIT;
  honnin_trust *trust = NULL;
  uint8_t *anchor, *packed;
  size_t anchor_size, size, at = 0, count = 0;
  double begin;
  if (argc != 3) return 2;
  anchor = read_all(argv[1], &anchor_size);
  packed = read_all(argv[2], &size);
  if (honnin_trust_new(HONNIN_TRUST_ROOTS_NONE, &trust, &error) != HONNIN_OK ||
      honnin_trust_add(trust, HONNIN_TRUST_KIND_ANCHOR, anchor, anchor_size, &error) != HONNIN_OK) {
    fprintf(stderr, "%s\n", error.message);
    return 1;
  }
  options.trust = trust;
  options.at_time = 1793534400; /* 2026-11-01T12:00:00Z */
  options.waive = HONNIN_WAIVE_REVOCATION | HONNIN_WAIVE_TEST_CARD;
  begin = seconds();
  while (at + 4 <= size) {
    honnin_report *report = NULL;
    size_t length = (size_t)packed[at] | (size_t)packed[at + 1] << 8 | (size_t)packed[at + 2] << 16 |
                    (size_t)packed[at + 3] << 24;
    at += 4;
    if (length > size - at ||
        honnin_cms_verify(packed + at, length, NULL, 0, &options, &report, &error) != HONNIN_OK ||
        honnin_report_result(report) != HONNIN_OK) {
      fprintf(stderr, "number %zu is not good: %s\n", count, error.message);
      return 1;
    }
    honnin_report_free(report);
    at += length;
    count++;
  }
  printf("%.1f\n", (double)count / (seconds() - begin));
  honnin_trust_free(trust);
  free(anchor);
  free(packed);
  return 0;
}
