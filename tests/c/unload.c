/* Loads and unloads the library 1,000 times, with threads that used it and end afterwards. */
#include <honnin.h>

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *library;
static pthread_barrier_t used, unloaded;

static void *use(void *unused) {
  honnin_result (*new_card)(const char *, honnin_virtual_card **, honnin_error *);
  void (*free_card)(honnin_virtual_card *);
  honnin_virtual_card *card = NULL;
  (void)unused;
  *(void **)(&new_card) = dlsym(library, "honnin_virtual_card_new");
  *(void **)(&free_card) = dlsym(library, "honnin_virtual_card_free");
  if (new_card == NULL || free_card == NULL || new_card("{", &card, NULL) != HONNIN_INVALID_ARGUMENT) exit(2);
  free_card(card);
  pthread_barrier_wait(&used);
  pthread_barrier_wait(&unloaded);
  return NULL;
}

static long resident(void) {
  long size = 0, pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file == NULL || fscanf(file, "%ld %ld", &size, &pages) != 2) exit(2);
  fclose(file);
  return pages;
}

int main(int argc, char **argv) {
  long before = 0;
  int i;
  if (argc != 2) return 2;
  pthread_barrier_init(&used, NULL, 2);
  pthread_barrier_init(&unloaded, NULL, 2);
  for (i = 0; i < 1000; i++) {
    pthread_t thread;
    library = dlopen(argv[1], RTLD_NOW);
    if (library == NULL || pthread_create(&thread, NULL, use, NULL) != 0) return 2;
    pthread_barrier_wait(&used);
    dlclose(library);
    pthread_barrier_wait(&unloaded);
    pthread_join(thread, NULL);
    if (i == 100) before = resident();
  }
  printf("%ld pages after 100 times, %ld after 1,000\n", before, resident());
  return resident() > before + 64;
}
