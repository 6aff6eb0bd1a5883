/*
 * A driver for the tests of the probe: compiled once for each machine that a test imagines, by
 * macros. What the probe has no business with ends the process.
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef VERSION
#define VERSION 12040
#endif
#ifndef STARTS
#define STARTS 0
#endif
#ifndef DEVICES
#define DEVICES 1
#endif
#ifndef CAPABILITY
#define CAPABILITY 90
#endif
#ifndef RETAINS
#define RETAINS 0
#endif
#ifndef NAMES
#define NAMES 0
#endif

/* How many contexts are alive: read by the tests. */
int contexts = 0;

static int started = 0;

static int here(int device) {
  return started && device >= 0 && device < DEVICES;
}

int cuInit(unsigned flags) {
  started = STARTS == 0 && flags == 0;
  return STARTS;
}

int cuDriverGetVersion(int *version) {
  *version = VERSION;
  return 0;
}

int cuGetErrorName(int error, const char **name) {
  switch (error) {
    case 2: *name = "CUDA_ERROR_OUT_OF_MEMORY"; return 0;
    case 46: *name = "CUDA_ERROR_DEVICE_UNAVAILABLE"; return 0;
    case 100: *name = "CUDA_ERROR_NO_DEVICE"; return 0;
    case 803: *name = "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH"; return 0;
    default: return 1;
  }
}

int cuGetErrorString(int error, const char **text) {
  if (error != 2) {
    return 1;
  }
  *text = "out of memory";
  return 0;
}

int cuDeviceGetCount(int *count) {
  *count = DEVICES;
  return started ? 0 : 3;
}

int cuDeviceGet(int *device, int ordinal) {
  *device = ordinal;
  return here(ordinal) ? 0 : 101;
}

int cuDeviceGetName(char *name, int length, int device) {
  if (!here(device) || NAMES != 0) {
    return NAMES != 0 ? NAMES : 101;
  }
  snprintf(name, (size_t)length, "Imagined device %d", device);
  return 0;
}

int cuDeviceGetUuid_v2(void *uuid, int device) {
  for (int i = 0; i < 16; i++) {
    ((unsigned char *)uuid)[i] = (unsigned char)(0xf0 + i);
  }
  ((unsigned char *)uuid)[15] = (unsigned char)device;
  return here(device) ? 0 : 101;
}

int cuDeviceGetAttribute(int *value, int attribute, int device) {
  switch (attribute) {
    case 16: *value = 132; break;
    case 38: *value = 50 << 20; break;
    case 75: *value = CAPABILITY / 10; break;
    case 76: *value = CAPABILITY % 10; break;
    default: return 1;
  }
  return here(device) ? 0 : 101;
}

int cuDeviceTotalMem_v2(size_t *bytes, int device) {
  *bytes = (size_t)80 << 30;
  return here(device) ? 0 : 101;
}

int cuDeviceGetPCIBusId(char *id, int length, int device) {
  snprintf(id, (size_t)length, "0000:1B:00.%d", device);
  return here(device) ? 0 : 101;
}

int cuDevicePrimaryCtxRetain(void **context, int device) {
  if (!here(device) || RETAINS != 0) {
    return RETAINS != 0 ? RETAINS : 101;
  }
  contexts++;
  *context = &contexts;
  return 0;
}

int cuDevicePrimaryCtxRelease_v2(int device) {
  contexts--;
  return here(device) ? 0 : 101;
}

#define NOT_FOR_THE_PROBE(name) int name(void) { abort(); }
NOT_FOR_THE_PROBE(cuCtxPushCurrent_v2)
NOT_FOR_THE_PROBE(cuCtxPopCurrent_v2)
NOT_FOR_THE_PROBE(cuMemGetInfo_v2)
NOT_FOR_THE_PROBE(cuModuleLoadData)
NOT_FOR_THE_PROBE(cuModuleUnload)
NOT_FOR_THE_PROBE(cuModuleGetFunction)
NOT_FOR_THE_PROBE(cuFuncGetAttribute)
NOT_FOR_THE_PROBE(cuMemAlloc_v2)
NOT_FOR_THE_PROBE(cuMemFree_v2)
NOT_FOR_THE_PROBE(cuMemHostAlloc)
NOT_FOR_THE_PROBE(cuMemFreeHost)
NOT_FOR_THE_PROBE(cuMemcpyHtoD_v2)
NOT_FOR_THE_PROBE(cuMemcpyDtoH_v2)
NOT_FOR_THE_PROBE(cuMemcpyHtoDAsync_v2)
NOT_FOR_THE_PROBE(cuMemcpyDtoHAsync_v2)
NOT_FOR_THE_PROBE(cuMemsetD32Async)
NOT_FOR_THE_PROBE(cuStreamCreate)
NOT_FOR_THE_PROBE(cuStreamDestroy_v2)
NOT_FOR_THE_PROBE(cuStreamSynchronize)
#ifndef WITHOUT_CAPTURE
NOT_FOR_THE_PROBE(cuStreamBeginCapture_v2)
NOT_FOR_THE_PROBE(cuStreamEndCapture)
#endif
NOT_FOR_THE_PROBE(cuGraphInstantiateWithFlags)
NOT_FOR_THE_PROBE(cuGraphLaunch)
NOT_FOR_THE_PROBE(cuGraphExecDestroy)
NOT_FOR_THE_PROBE(cuGraphDestroy)
NOT_FOR_THE_PROBE(cuLaunchKernel)
NOT_FOR_THE_PROBE(cuEventCreate)
NOT_FOR_THE_PROBE(cuEventRecord)
NOT_FOR_THE_PROBE(cuEventSynchronize)
NOT_FOR_THE_PROBE(cuEventElapsedTime)
NOT_FOR_THE_PROBE(cuEventDestroy_v2)
