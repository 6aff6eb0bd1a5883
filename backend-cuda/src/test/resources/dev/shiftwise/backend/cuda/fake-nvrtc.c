/* An NVRTC for the tests of the probe, compiled by macros as the driver beside it. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#ifndef MAJOR
#define MAJOR 12
#endif
#ifndef MINOR
#define MINOR 4
#endif
#ifndef COMPILES
#define COMPILES 0
#endif
#ifndef ARCHITECTURES
#define ARCHITECTURES 70, 80, 86, 90
#endif

/* How many programs are alive: read by the tests. */
int programs = 0;

static const int architectures[] = {ARCHITECTURES};

int nvrtcVersion(int *major, int *minor) {
  *major = MAJOR;
  *minor = MINOR;
  return 0;
}

int nvrtcGetNumSupportedArchs(int *count) {
  *count = (int)(sizeof(architectures) / sizeof(architectures[0]));
  return 0;
}

int nvrtcGetSupportedArchs(int *all) {
  memcpy(all, architectures, sizeof(architectures));
  return 0;
}

int nvrtcCreateProgram(void **program, const char *source, const char *name, int headers,
                       const char *const *texts, const char *const *names) {
  programs++;
  *program = &programs;
  return 0;
}

int nvrtcDestroyProgram(void **program) {
  programs--;
  *program = NULL;
  return 0;
}

int nvrtcCompileProgram(void *program, int count, const char *const *options) {
  return COMPILES;
}

int nvrtcGetCUBINSize(void *program, size_t *size) {
  *size = 4;
  return 0;
}

int nvrtcGetCUBIN(void *program, char *cubin) {
  memcpy(cubin, "ELF", 4);
  return 0;
}

static const char log_text[] = "failed to open its\n second half\n";

int nvrtcGetProgramLogSize(void *program, size_t *size) {
  *size = sizeof(log_text);
  return 0;
}

int nvrtcGetProgramLog(void *program, char *log) {
  memcpy(log, log_text, sizeof(log_text));
  return 0;
}

#ifndef WITHOUT_ERRORS
const char *nvrtcGetErrorString(int error) {
  return error == 7 ? "NVRTC_ERROR_BUILTIN_OPERATION_FAILURE" : "NVRTC_ERROR";
}
#endif
