/* honnin beside another library that has Rust or OpenSSL inside, in one process, loaded in either order. Each does its
 * work before and after the other has.
 *
 *   neighbours HONNIN NEIGHBOUR FUNCTION first|last
 *
 * FUNCTION of NEIGHBOUR is SHA256, when it is an OpenSSL, or a function that answers 42 after it caught a panic.
 */
#define _GNU_SOURCE
#include <honnin.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *load(const char *path) {
  /* RTLD_GLOBAL, so that names that are not hidden would be taken from the wrong library. */
  void *library = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
  if (library == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    exit(1);
  }
  return library;
}

static void find(void *library, const char *name, void *into) {
  void *found = dlsym(library, name);
  if (found == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    exit(1);
  }
  memcpy(into, &found, sizeof found);
}

static void use_honnin(void *library) {
  honnin_result (*context_new)(const honnin_context_options *, honnin_context **, honnin_error *);
  honnin_result (*card_new)(const char *, honnin_virtual_card **, honnin_error *);
  honnin_result (*add)(honnin_context *, honnin_virtual_card *, const char *, honnin_error *);
  void (*card_free)(honnin_virtual_card *);
  void (*context_free)(honnin_context *);
  honnin_error error = HONNIN_ERROR_INIT;
  honnin_context_options options = HONNIN_CONTEXT_OPTIONS_INIT;
  honnin_context *context = NULL;
  honnin_virtual_card *card = NULL;
  find(library, "honnin_context_new", &context_new);
  find(library, "honnin_virtual_card_new", &card_new);
  find(library, "honnin_context_add_virtual_card", &add);
  find(library, "honnin_virtual_card_free", &card_free);
  find(library, "honnin_context_free", &context_free);
  options.no_pcsc = 1;
  /* Making a card makes keys and certificates: OpenSSL at work. */
  if (context_new(&options, &context, &error) != HONNIN_OK || card_new(NULL, &card, &error) != HONNIN_OK ||
      add(context, card, NULL, &error) != HONNIN_OK) {
    fprintf(stderr, "%s\n", error.message);
    exit(1);
  }
  card_free(card);
  context_free(context);
}

static void use_neighbour(void *library, const char *function) {
  if (strcmp(function, "SHA256") == 0) {
    unsigned char digest[32];
    unsigned char *(*sha256)(const unsigned char *, size_t, unsigned char *);
    const char *(*version)(int);
    find(library, "SHA256", &sha256);
    find(library, "OpenSSL_version", &version);
    if (sha256((const unsigned char *)"abc", 3, digest) == NULL || digest[0] != 0xba || digest[31] != 0xad) {
      fprintf(stderr, "the other OpenSSL does not calculate\n");
      exit(1);
    }
    printf("%s\n", version(0));
  } else {
    int (*call)(void);
    find(library, function, &call);
    if (call() != 42) {
      fprintf(stderr, "the other library does not work\n");
      exit(1);
    }
    printf("%s\n", function);
  }
}

int main(int argc, char **argv) {
  void *honnin, *neighbour;
  if (argc != 5) return 2;
  if (strcmp(argv[4], "first") == 0) {
    honnin = load(argv[1]);
    neighbour = load(argv[2]);
  } else {
    neighbour = load(argv[2]);
    honnin = load(argv[1]);
  }
  use_honnin(honnin);
  use_neighbour(neighbour, argv[3]);
  use_honnin(honnin);
  use_neighbour(neighbour, argv[3]);
  return 0;
}
