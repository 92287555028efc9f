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
/* The message of the last step's failure; the text lives until the next question. */
static const char *said(uint32_t audience, const char *lang);
/* The hint at that index, or NULL past the last, and its tags. */
static const char *hint(uint32_t audience, uint32_t index, const char *lang, uint32_t *tags);

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

static uint32_t audience_of(const char *name) {
  if (strcmp(name, "cardholder") == 0) return HONNIN_AUDIENCE_CARDHOLDER;
  if (strcmp(name, "operator") == 0) return HONNIN_AUDIENCE_OPERATOR;
  if (strcmp(name, "developer") == 0) return HONNIN_AUDIENCE_DEVELOPER;
  if (strcmp(name, "cardholder-short") == 0) return HONNIN_AUDIENCE_CARDHOLDER_SHORT;
  fprintf(stderr, "%s: no audience is called %s\n", title, name);
  exit(2);
}

/* "CONTACT|PLASTIC" or "-". */
static uint32_t tags_of(char *names) {
  static const struct { const char *name; uint32_t tag; } known[] = {
    { "-", 0 }, { "CONTACT", HONNIN_TAG_CONTACT }, { "CONTACTLESS", HONNIN_TAG_CONTACTLESS },
    { "PLASTIC", HONNIN_TAG_PLASTIC }, { "PHONE_AS_READER", HONNIN_TAG_PHONE_AS_READER },
    { "PHONE_AS_CARD", HONNIN_TAG_PHONE_AS_CARD }, { "PIN_SIGNING", HONNIN_TAG_PIN_SIGNING },
    { "PIN_AUTHENTICATION", HONNIN_TAG_PIN_AUTHENTICATION }, { "PIN_OTHER", HONNIN_TAG_PIN_OTHER },
    { "PIN_PRINTED", HONNIN_TAG_PIN_PRINTED }, { "OFFICE", HONNIN_TAG_OFFICE },
    { "OTHER_WAY", HONNIN_TAG_OTHER_WAY }, { "NAME_MUST_MATCH", HONNIN_TAG_NAME_MUST_MATCH } };
  uint32_t tags = 0;
  char *name;
  for (name = strtok(names, "|"); name != NULL; name = strtok(NULL, "|")) {
    size_t index = 0;
    while (index < sizeof(known) / sizeof(known[0]) && strcmp(known[index].name, name) != 0) index++;
    if (index == sizeof(known) / sizeof(known[0])) exit(2);
    tags |= known[index].tag;
  }
  return tags;
}

static void check_part(const char *line, const char *part, const char *found, int whole) {
  if (found == NULL || strstr(found, part) == NULL || (whole && strlen(found) != strlen(part))) complain(line, part, found == NULL ? "nothing" : found);
}

/* The next word of a line, cut off; the rest is behind it. */
static char *cut(char **rest) {
  char *word = *rest;
  *rest += strcspn(*rest, " ");
  if (**rest == ' ') *(*rest)++ = 0;
  return word;
}

/* says AUDIENCE LANG part; hints AUDIENCE count; hint AUDIENCE LANG index tags part */
static void check_words(char *line) {
  char copy[1024];
  char *rest = line;
  const char *what;
  uint32_t audience, tags = 0;
  snprintf(copy, sizeof(copy), "%s", line);
  what = cut(&rest);
  audience = audience_of(cut(&rest));
  if (strcmp(what, "hints") == 0) {
    uint32_t count = 0;
    char text[16];
    while (hint(audience, count, "ja", &tags) != NULL) count++;
    snprintf(text, sizeof(text), "%u", (unsigned)count);
    if (strcmp(text, rest) != 0) complain(copy, rest, text);
  } else {
    const char *lang = cut(&rest);
    if (strcmp(what, "says") == 0) {
      check_part(copy, rest, said(audience, lang), audience == HONNIN_AUDIENCE_CARDHOLDER_SHORT);
    } else {
      const uint32_t index = (uint32_t)atoi(cut(&rest));
      const uint32_t wanted = tags_of(cut(&rest));
      check_part(copy, rest, hint(audience, index, lang, &tags), 0);
      if (tags != wanted) complain(copy, "those tags", "others");
    }
  }
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
    } else if (strncmp(line, "says ", 5) == 0 || strncmp(line, "hint", 4) == 0) {
      check_words(line);
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
