package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The functions of CUDA's driver, {@code libcuda.so.1}, that this backend uses: those of CUDA 12.0,
 * under the names that the library exports. Opaque handles are addresses; a {@code CUdeviceptr} is
 * a {@code long}, since it is an address only for the device.
 *
 * <p>Each method returns the function's status, which {@link #check} turns into an exception.
 */
@SuppressWarnings("MemberName")
final class CudaDriver {
  /** The oldest driver that has all of them: CUDA 12.0. */
  static final int OLDEST = 12_000;

  private final MemorySegment cuInit;
  private final MemorySegment cuDriverGetVersion;
  private final MemorySegment cuGetErrorName;
  private final MemorySegment cuGetErrorString;
  private final MemorySegment cuDeviceGetCount;
  private final MemorySegment cuDeviceGet;
  private final MemorySegment cuDeviceGetName;
  private final MemorySegment cuDeviceGetUuid_v2;
  private final MemorySegment cuDeviceGetAttribute;
  private final MemorySegment cuDeviceTotalMem_v2;
  private final MemorySegment cuDeviceGetPCIBusId;
  private final MemorySegment cuDevicePrimaryCtxRetain;
  private final MemorySegment cuDevicePrimaryCtxRelease_v2;
  private final MemorySegment cuCtxPushCurrent_v2;
  private final MemorySegment cuCtxPopCurrent_v2;
  private final MemorySegment cuMemGetInfo_v2;
  private final MemorySegment cuModuleLoadData;
  private final MemorySegment cuModuleUnload;
  private final MemorySegment cuModuleGetFunction;
  private final MemorySegment cuFuncGetAttribute;
  private final MemorySegment cuMemAlloc_v2;
  private final MemorySegment cuMemFree_v2;
  private final MemorySegment cuMemHostAlloc;
  private final MemorySegment cuMemFreeHost;
  private final MemorySegment cuMemcpyHtoD_v2;
  private final MemorySegment cuMemcpyDtoH_v2;
  private final MemorySegment cuMemcpyHtoDAsync_v2;
  private final MemorySegment cuMemcpyDtoHAsync_v2;
  private final MemorySegment cuMemsetD32Async;
  private final MemorySegment cuStreamCreate;
  private final MemorySegment cuStreamDestroy_v2;
  private final MemorySegment cuStreamSynchronize;
  private final MemorySegment cuStreamBeginCapture_v2;
  private final MemorySegment cuStreamEndCapture;
  private final MemorySegment cuGraphInstantiateWithFlags;
  private final MemorySegment cuGraphLaunch;
  private final MemorySegment cuGraphExecDestroy;
  private final MemorySegment cuGraphDestroy;
  private final MemorySegment cuLaunchKernel;
  private final MemorySegment cuEventCreate;
  private final MemorySegment cuEventRecord;
  private final MemorySegment cuEventSynchronize;
  private final MemorySegment cuEventElapsedTime;
  private final MemorySegment cuEventDestroy_v2;

  /**
   * Looks every function up.
   *
   * @throws NativeLibrary.MissingSymbolsException naming all that the library lacks
   */
  CudaDriver(NativeLibrary library) throws NativeLibrary.MissingSymbolsException {
    NativeLibrary.Symbols symbols = new NativeLibrary.Symbols(library);
    cuInit = symbols.address("cuInit");
    cuDriverGetVersion = symbols.address("cuDriverGetVersion");
    cuGetErrorName = symbols.address("cuGetErrorName");
    cuGetErrorString = symbols.address("cuGetErrorString");
    cuDeviceGetCount = symbols.address("cuDeviceGetCount");
    cuDeviceGet = symbols.address("cuDeviceGet");
    cuDeviceGetName = symbols.address("cuDeviceGetName");
    cuDeviceGetUuid_v2 = symbols.address("cuDeviceGetUuid_v2");
    cuDeviceGetAttribute = symbols.address("cuDeviceGetAttribute");
    cuDeviceTotalMem_v2 = symbols.address("cuDeviceTotalMem_v2");
    cuDeviceGetPCIBusId = symbols.address("cuDeviceGetPCIBusId");
    cuDevicePrimaryCtxRetain = symbols.address("cuDevicePrimaryCtxRetain");
    cuDevicePrimaryCtxRelease_v2 = symbols.address("cuDevicePrimaryCtxRelease_v2");
    cuCtxPushCurrent_v2 = symbols.address("cuCtxPushCurrent_v2");
    cuCtxPopCurrent_v2 = symbols.address("cuCtxPopCurrent_v2");
    cuMemGetInfo_v2 = symbols.address("cuMemGetInfo_v2");
    cuModuleLoadData = symbols.address("cuModuleLoadData");
    cuModuleUnload = symbols.address("cuModuleUnload");
    cuModuleGetFunction = symbols.address("cuModuleGetFunction");
    cuFuncGetAttribute = symbols.address("cuFuncGetAttribute");
    cuMemAlloc_v2 = symbols.address("cuMemAlloc_v2");
    cuMemFree_v2 = symbols.address("cuMemFree_v2");
    cuMemHostAlloc = symbols.address("cuMemHostAlloc");
    cuMemFreeHost = symbols.address("cuMemFreeHost");
    cuMemcpyHtoD_v2 = symbols.address("cuMemcpyHtoD_v2");
    cuMemcpyDtoH_v2 = symbols.address("cuMemcpyDtoH_v2");
    cuMemcpyHtoDAsync_v2 = symbols.address("cuMemcpyHtoDAsync_v2");
    cuMemcpyDtoHAsync_v2 = symbols.address("cuMemcpyDtoHAsync_v2");
    cuMemsetD32Async = symbols.address("cuMemsetD32Async");
    cuStreamCreate = symbols.address("cuStreamCreate");
    cuStreamDestroy_v2 = symbols.address("cuStreamDestroy_v2");
    cuStreamSynchronize = symbols.address("cuStreamSynchronize");
    cuStreamBeginCapture_v2 = symbols.address("cuStreamBeginCapture_v2");
    cuStreamEndCapture = symbols.address("cuStreamEndCapture");
    cuGraphInstantiateWithFlags = symbols.address("cuGraphInstantiateWithFlags");
    cuGraphLaunch = symbols.address("cuGraphLaunch");
    cuGraphExecDestroy = symbols.address("cuGraphExecDestroy");
    cuGraphDestroy = symbols.address("cuGraphDestroy");
    cuLaunchKernel = symbols.address("cuLaunchKernel");
    cuEventCreate = symbols.address("cuEventCreate");
    cuEventRecord = symbols.address("cuEventRecord");
    cuEventSynchronize = symbols.address("cuEventSynchronize");
    cuEventElapsedTime = symbols.address("cuEventElapsedTime");
    cuEventDestroy_v2 = symbols.address("cuEventDestroy_v2");
    symbols.check();
  }

  @Signature("CUresult cuInit(unsigned int Flags)")
  int cuInit(int flags) {
    return Downcalls.call(cuInit, flags);
  }

  @Signature("CUresult cuDriverGetVersion(int *driverVersion)")
  int cuDriverGetVersion(MemorySegment driverVersion) {
    return Downcalls.call(cuDriverGetVersion, driverVersion);
  }

  @Signature("CUresult cuGetErrorName(CUresult error, const char **pStr)")
  int cuGetErrorName(int error, MemorySegment pStr) {
    return Downcalls.call(cuGetErrorName, error, pStr);
  }

  @Signature("CUresult cuGetErrorString(CUresult error, const char **pStr)")
  int cuGetErrorString(int error, MemorySegment pStr) {
    return Downcalls.call(cuGetErrorString, error, pStr);
  }

  @Signature("CUresult cuDeviceGetCount(int *count)")
  int cuDeviceGetCount(MemorySegment count) {
    return Downcalls.call(cuDeviceGetCount, count);
  }

  @Signature("CUresult cuDeviceGet(CUdevice *device, int ordinal)")
  int cuDeviceGet(MemorySegment device, int ordinal) {
    return Downcalls.call(cuDeviceGet, device, ordinal);
  }

  @Signature("CUresult cuDeviceGetName(char *name, int len, CUdevice dev)")
  int cuDeviceGetName(MemorySegment name, int len, int dev) {
    return Downcalls.call(cuDeviceGetName, name, len, dev);
  }

  @Signature("CUresult cuDeviceGetUuid_v2(CUuuid *uuid, CUdevice dev)")
  int cuDeviceGetUuid_v2(MemorySegment uuid, int dev) {
    return Downcalls.call(cuDeviceGetUuid_v2, uuid, dev);
  }

  @Signature("CUresult cuDeviceGetAttribute(int *pi, CUdevice_attribute attrib, CUdevice dev)")
  int cuDeviceGetAttribute(MemorySegment pi, int attrib, int dev) {
    return Downcalls.call(cuDeviceGetAttribute, pi, attrib, dev);
  }

  @Signature("CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice dev)")
  int cuDeviceTotalMem_v2(MemorySegment bytes, int dev) {
    return Downcalls.call(cuDeviceTotalMem_v2, bytes, dev);
  }

  @Signature("CUresult cuDeviceGetPCIBusId(char *pciBusId, int len, CUdevice dev)")
  int cuDeviceGetPCIBusId(MemorySegment pciBusId, int len, int dev) {
    return Downcalls.call(cuDeviceGetPCIBusId, pciBusId, len, dev);
  }

  @Signature("CUresult cuDevicePrimaryCtxRetain(CUcontext *pctx, CUdevice dev)")
  int cuDevicePrimaryCtxRetain(MemorySegment pctx, int dev) {
    return Downcalls.call(cuDevicePrimaryCtxRetain, pctx, dev);
  }

  @Signature("CUresult cuDevicePrimaryCtxRelease_v2(CUdevice dev)")
  int cuDevicePrimaryCtxRelease_v2(int dev) {
    return Downcalls.call(cuDevicePrimaryCtxRelease_v2, dev);
  }

  @Signature("CUresult cuCtxPushCurrent_v2(CUcontext ctx)")
  int cuCtxPushCurrent_v2(MemorySegment ctx) {
    return Downcalls.call(cuCtxPushCurrent_v2, ctx);
  }

  @Signature("CUresult cuCtxPopCurrent_v2(CUcontext *pctx)")
  int cuCtxPopCurrent_v2(MemorySegment pctx) {
    return Downcalls.call(cuCtxPopCurrent_v2, pctx);
  }

  @Signature("CUresult cuMemGetInfo_v2(size_t *free, size_t *total)")
  int cuMemGetInfo_v2(MemorySegment free, MemorySegment total) {
    return Downcalls.call(cuMemGetInfo_v2, free, total);
  }

  @Signature("CUresult cuModuleLoadData(CUmodule *module, const void *image)")
  int cuModuleLoadData(MemorySegment module, MemorySegment image) {
    return Downcalls.call(cuModuleLoadData, module, image);
  }

  @Signature("CUresult cuModuleUnload(CUmodule hmod)")
  int cuModuleUnload(MemorySegment hmod) {
    return Downcalls.call(cuModuleUnload, hmod);
  }

  @Signature("CUresult cuModuleGetFunction(CUfunction *hfunc, CUmodule hmod, const char *name)")
  int cuModuleGetFunction(MemorySegment hfunc, MemorySegment hmod, MemorySegment name) {
    return Downcalls.call(cuModuleGetFunction, hfunc, hmod, name);
  }

  @Signature(
      "CUresult cuFuncGetAttribute(int *pi, CUfunction_attribute attrib, " + "CUfunction hfunc)")
  int cuFuncGetAttribute(MemorySegment pi, int attrib, MemorySegment hfunc) {
    return Downcalls.call(cuFuncGetAttribute, pi, attrib, hfunc);
  }

  @Signature("CUresult cuMemAlloc_v2(CUdeviceptr *dptr, size_t bytesize)")
  int cuMemAlloc_v2(MemorySegment dptr, long bytesize) {
    return Downcalls.call(cuMemAlloc_v2, dptr, bytesize);
  }

  @Signature("CUresult cuMemFree_v2(CUdeviceptr dptr)")
  int cuMemFree_v2(long dptr) {
    return Downcalls.call(cuMemFree_v2, dptr);
  }

  @Signature("CUresult cuMemHostAlloc(void **pp, size_t bytesize, unsigned int Flags)")
  int cuMemHostAlloc(MemorySegment pp, long bytesize, int flags) {
    return Downcalls.call(cuMemHostAlloc, pp, bytesize, flags);
  }

  @Signature("CUresult cuMemFreeHost(void *p)")
  int cuMemFreeHost(MemorySegment p) {
    return Downcalls.call(cuMemFreeHost, p);
  }

  @Signature(
      "CUresult cuMemcpyHtoD_v2(CUdeviceptr dstDevice, const void *srcHost, " + "size_t ByteCount)")
  int cuMemcpyHtoD_v2(long dstDevice, MemorySegment srcHost, long byteCount) {
    return Downcalls.call(cuMemcpyHtoD_v2, dstDevice, srcHost, byteCount);
  }

  @Signature("CUresult cuMemcpyDtoH_v2(void *dstHost, CUdeviceptr srcDevice, size_t ByteCount)")
  int cuMemcpyDtoH_v2(MemorySegment dstHost, long srcDevice, long byteCount) {
    return Downcalls.call(cuMemcpyDtoH_v2, dstHost, srcDevice, byteCount);
  }

  @Signature(
      "CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr dstDevice, const void *srcHost, "
          + "size_t ByteCount, CUstream hStream)")
  int cuMemcpyHtoDAsync_v2(
      long dstDevice, MemorySegment srcHost, long byteCount, MemorySegment hStream) {
    return Downcalls.call(cuMemcpyHtoDAsync_v2, dstDevice, srcHost, byteCount, hStream);
  }

  @Signature(
      "CUresult cuMemcpyDtoHAsync_v2(void *dstHost, CUdeviceptr srcDevice, "
          + "size_t ByteCount, CUstream hStream)")
  int cuMemcpyDtoHAsync_v2(
      MemorySegment dstHost, long srcDevice, long byteCount, MemorySegment hStream) {
    return Downcalls.call(cuMemcpyDtoHAsync_v2, dstHost, srcDevice, byteCount, hStream);
  }

  @Signature(
      "CUresult cuMemsetD32Async(CUdeviceptr dstDevice, unsigned int ui, size_t N, "
          + "CUstream hStream)")
  int cuMemsetD32Async(long dstDevice, int ui, long count, MemorySegment hStream) {
    return Downcalls.call(cuMemsetD32Async, dstDevice, ui, count, hStream);
  }

  @Signature("CUresult cuStreamCreate(CUstream *phStream, unsigned int Flags)")
  int cuStreamCreate(MemorySegment phStream, int flags) {
    return Downcalls.call(cuStreamCreate, phStream, flags);
  }

  @Signature("CUresult cuStreamDestroy_v2(CUstream hStream)")
  int cuStreamDestroy_v2(MemorySegment hStream) {
    return Downcalls.call(cuStreamDestroy_v2, hStream);
  }

  @Signature("CUresult cuStreamSynchronize(CUstream hStream)")
  int cuStreamSynchronize(MemorySegment hStream) {
    return Downcalls.call(cuStreamSynchronize, hStream);
  }

  @Signature("CUresult cuStreamBeginCapture_v2(CUstream hStream, CUstreamCaptureMode mode)")
  int cuStreamBeginCapture_v2(MemorySegment hStream, int mode) {
    return Downcalls.call(cuStreamBeginCapture_v2, hStream, mode);
  }

  @Signature("CUresult cuStreamEndCapture(CUstream hStream, CUgraph *phGraph)")
  int cuStreamEndCapture(MemorySegment hStream, MemorySegment phGraph) {
    return Downcalls.call(cuStreamEndCapture, hStream, phGraph);
  }

  @Signature(
      "CUresult cuGraphInstantiateWithFlags(CUgraphExec *phGraphExec, "
          + "CUgraph hGraph, unsigned long long flags)")
  int cuGraphInstantiateWithFlags(MemorySegment phGraphExec, MemorySegment hGraph, long flags) {
    return Downcalls.call(cuGraphInstantiateWithFlags, phGraphExec, hGraph, flags);
  }

  @Signature("CUresult cuGraphLaunch(CUgraphExec hGraphExec, CUstream hStream)")
  int cuGraphLaunch(MemorySegment hGraphExec, MemorySegment hStream) {
    return Downcalls.call(cuGraphLaunch, hGraphExec, hStream);
  }

  @Signature("CUresult cuGraphExecDestroy(CUgraphExec hGraphExec)")
  int cuGraphExecDestroy(MemorySegment hGraphExec) {
    return Downcalls.call(cuGraphExecDestroy, hGraphExec);
  }

  @Signature("CUresult cuGraphDestroy(CUgraph hGraph)")
  int cuGraphDestroy(MemorySegment hGraph) {
    return Downcalls.call(cuGraphDestroy, hGraph);
  }

  @Signature(
      "CUresult cuLaunchKernel(CUfunction f, unsigned int gridDimX, "
          + "unsigned int gridDimY, unsigned int gridDimZ, unsigned int blockDimX, "
          + "unsigned int blockDimY, unsigned int blockDimZ, unsigned int sharedMemBytes, "
          + "CUstream hStream, void **kernelParams, void **extra)")
  int cuLaunchKernel(
      MemorySegment f,
      int gridDimX,
      int gridDimY,
      int gridDimZ,
      int blockDimX,
      int blockDimY,
      int blockDimZ,
      int sharedMemBytes,
      MemorySegment hStream,
      MemorySegment kernelParams,
      MemorySegment extra) {
    return Downcalls.call(
        cuLaunchKernel,
        f,
        gridDimX,
        gridDimY,
        gridDimZ,
        blockDimX,
        blockDimY,
        blockDimZ,
        sharedMemBytes,
        hStream,
        kernelParams,
        extra);
  }

  @Signature("CUresult cuEventCreate(CUevent *phEvent, unsigned int Flags)")
  int cuEventCreate(MemorySegment phEvent, int flags) {
    return Downcalls.call(cuEventCreate, phEvent, flags);
  }

  @Signature("CUresult cuEventRecord(CUevent hEvent, CUstream hStream)")
  int cuEventRecord(MemorySegment hEvent, MemorySegment hStream) {
    return Downcalls.call(cuEventRecord, hEvent, hStream);
  }

  @Signature("CUresult cuEventSynchronize(CUevent hEvent)")
  int cuEventSynchronize(MemorySegment hEvent) {
    return Downcalls.call(cuEventSynchronize, hEvent);
  }

  @Signature("CUresult cuEventElapsedTime(float *pMilliseconds, CUevent hStart, CUevent hEnd)")
  int cuEventElapsedTime(MemorySegment pMilliseconds, MemorySegment hStart, MemorySegment hEnd) {
    return Downcalls.call(cuEventElapsedTime, pMilliseconds, hStart, hEnd);
  }

  @Signature("CUresult cuEventDestroy_v2(CUevent hEvent)")
  int cuEventDestroy_v2(MemorySegment hEvent) {
    return Downcalls.call(cuEventDestroy_v2, hEvent);
  }

  /**
   * Throws unless a call succeeded.
   *
   * @param call what was called, for the message
   * @throws CudaException with the status in words and what to do
   */
  void check(int result, String call) {
    if (result != CudaConstants.CUDA_SUCCESS) {
      throw new CudaException(
          result, call + " returned " + word(result), CudaErrors.remedy(result));
    }
  }

  /** Returns a status as its name, number and text. */
  String word(int result) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(ADDRESS);
      if (cuGetErrorName(result, text) != CudaConstants.CUDA_SUCCESS) {
        return "an error that this driver has no name for (" + result + ")";
      }
      String name = Downcalls.text(text.get(ADDRESS, 0));
      return cuGetErrorString(result, text) == CudaConstants.CUDA_SUCCESS
          ? name + " (" + result + "), " + Downcalls.text(text.get(ADDRESS, 0))
          : name + " (" + result + ")";
    }
  }
}
