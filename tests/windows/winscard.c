/* A winscard.dll that lies beside a program to be loaded in the place of Windows' own. Whoever loads it ends with 77. */
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, LPVOID reserved) {
  (void)self;
  (void)reserved;
  if (reason == DLL_PROCESS_ATTACH) ExitProcess(77);
  return TRUE;
}
