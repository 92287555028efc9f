/* The corpus of tests/scenarios for runners in C and C++: reads the files, calls the door's functions, compares. A door
 * defines begin, end, saw and perform. */
#ifndef SCENARIO_H
#define SCENARIO_H

#include <honnin.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_WORDS 16

/* What a step came to; the fields that were not asked about stay as they are here. */
typedef struct outcome {
  honnin_result code;
  int tries, spent, left;
} outcome;

/* A new card and context for a scenario. */
static void begin(const char *profile);
/* Everything is let go. */
static void end(void);
/* The transcript as JSON. */
static const char *saw(void);
/* Runs a step. */
static outcome perform(char **words, int count);

static int failures;
static unsigned scenarios, steps;
static char title[256];

static void complain(const char *what, const char *expected, const char *found) {
  fprintf(stderr, "%s: %s: expected %s, found %s\n", title, what, expected, found);
  failures++;
}

/* A file of one page: scenarios/one-page.pdf. */
static const char one_page[] =
    "%PDF-1.7\n"
    "1 0 obj\n"
    "<</Type/Catalog/Pages 2 0 R>>\n"
    "endobj\n"
    "2 0 obj\n"
    "<</Type/Pages/Kids[3 0 R]/Count 1>>\n"
    "endobj\n"
    "3 0 obj\n"
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>\n"
    "endobj\n"
    "xref\n"
    "0 4\n"
    "0000000000 65535 f \n"
    "0000000009 00000 n \n"
    "0000000054 00000 n \n"
    "0000000105 00000 n \n"
    "trailer\n"
    "<</Size 4/Root 1 0 R>>\n"
    "startxref\n"
    "168\n"
    "%%EOF\n";

static uint32_t kind_of_pin(const char *name) {
  static const char *const names[] = { "", "SIGNING", "AUTHENTICATION", "TEXT", "TEXT_CODE_A", "TEXT_CODE_B",
                                       "FACE_BIRTH_DATE", "FACE_CODE_B", "FACE_CODE_A", "RESIDENT", "COMMON" };
  uint32_t kind;
  for (kind = 1; kind < sizeof(names) / sizeof(names[0]); kind++) {
    if (strcmp(names[kind], name) == 0) return kind;
  }
  fprintf(stderr, "no PIN is called %s\n", name);
  exit(2);
}

static int split(char *line, char **words) {
  int count = 0;
  char *word = strtok(line, " ");
  while (word != NULL && count < MOST_WORDS) {
    words[count++] = word;
    word = strtok(NULL, " ");
  }
  return count;
}

static void check_number(const char *step, const char *name, int found, const char *expected) {
  char text[32];
  if (found == atoi(expected)) return;
  snprintf(text, sizeof(text), "%d", found);
  complain(step, expected, text);
  (void)name;
}

static void run_step(char *line) {
  char step[256];
  char *expected = strstr(line, "=> ");
  char *words[MOST_WORDS], *wanted[MOST_WORDS];
  int count, wishes, i;
  outcome found;
  snprintf(step, sizeof(step), "%s", line);
  if (expected == NULL) exit(2);
  *expected = 0;
  count = split(line, words);
  found = perform(words, count);
  wishes = split(expected + 3, wanted);
  steps++;
  if (strcmp(honnin_result_name(found.code), wanted[0]) != 0) complain(step, wanted[0], honnin_result_name(found.code));
  for (i = 1; i + 1 < wishes; i += 2) {
    if (strcmp(wanted[i], "tries") == 0) check_number(step, "tries", found.tries, wanted[i + 1]);
    if (strcmp(wanted[i], "spent") == 0) check_number(step, "spent", found.spent, wanted[i + 1]);
    if (strcmp(wanted[i], "left") == 0) check_number(step, "left", found.left, wanted[i + 1]);
  }
}

static void check_headers(const char *expected, size_t *seen) {
  static const char key[] = "\"header\":\"";
  char found[4096] = "";
  size_t index = 0;
  const char *at = saw();
  while ((at = strstr(at, key)) != NULL) {
    at += sizeof(key) - 1;
    if (index++ >= *seen && strlen(found) + 10 < sizeof(found)) {
      if (found[0] != 0) strcat(found, " ");
      strncat(found, at, 8);
    }
  }
  *seen = index;
  if (strcmp(found, expected) != 0) complain("saw", expected, found);
}

static void run_file(const char *path) {
  char line[2048];
  size_t seen = 0;
  int running = 0;
  FILE *file = fopen(path, "r");
  if (file == NULL) exit(2);
  while (fgets(line, sizeof(line), file) != NULL) {
    line[strcspn(line, "\r\n")] = 0;
    if (strncmp(line, "scenario ", 9) == 0) {
      if (running) end();
      running = 0;
      snprintf(title, sizeof(title), "%s", line + 9);
      scenarios++;
    } else if (strncmp(line, "profile ", 8) == 0) {
      begin(line + 8);
      running = 1;
      seen = 0;
    } else if (strncmp(line, "step ", 5) == 0) {
      run_step(line + 5);
    } else if (strncmp(line, "saw", 3) == 0) {
      check_headers(line[3] == 0 ? "" : line + 4, &seen);
    }
  }
  if (running) end();
  fclose(file);
}

int main(int argc, char **argv) {
  int i;
  for (i = 1; i < argc; i++) run_file(argv[i]);
  printf("%u scenarios, %u steps\n", scenarios, steps);
  return failures != 0;
}

#endif
