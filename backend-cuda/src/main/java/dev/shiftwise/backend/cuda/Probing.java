package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;

import dev.shiftwise.backend.Reason;
import dev.shiftwise.backend.ReasonCode;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks which devices are there and whether they can be used. A device's context is made and at
 * once released, since nothing else tells whether it can be had.
 */
final class Probing {
  private static final System.Logger LOG = System.getLogger(Probing.class.getName());

  private static final String VISIBLE = "CUDA_VISIBLE_DEVICES";

  private static final String LOOK =
      "see with nvidia-smi that the driver shows the device to this user in this container";

  private final LibrarySearch search;
  private final Prebuilt prebuilt = Prebuilt.here();
  private final List<CudaDevice> devices = new ArrayList<>();
  private final List<Reason> reasons = new ArrayList<>();

  /** The only one to look at more closely; null for all. */
  private final @Nullable String wanted;

  private Probing(LibrarySearch search, @Nullable String wanted) {
    this.search = search;
    this.wanted = wanted;
  }

  /**
   * What was found.
   *
   * @param devices those that can be opened
   * @param reasons why there are no others; not empty if there is no device
   */
  record Found(List<CudaDevice> devices, List<Reason> reasons) {

    /** Copies the lists. */
    Found {
      devices = List.copyOf(devices);
      reasons = List.copyOf(reasons);
    }
  }

  /** Looks at this machine; never throws. */
  static Found look() {
    return look(LibrarySearch.here());
  }

  /** Looks for one device of this machine, and makes no other's context; never throws. */
  static Found lookFor(String identity) {
    return look(LibrarySearch.here(), identity);
  }

  /** Looks at every device; never throws. */
  static Found look(LibrarySearch search) {
    return look(search, null);
  }

  private static Found look(LibrarySearch search, @Nullable String wanted) {
    try {
      return new Probing(search, wanted).found();
    } catch (IllegalCallerException e) {
      return new Found(List.of(), List.of(NativeAccess.denied(e)));
    } catch (LinkageError | RuntimeException e) {
      return new Found(
          List.of(),
          List.of(
              new Reason(
                  ReasonCode.PROVIDER_BROKEN,
                  e.toString().lines().findFirst().orElse("no message"),
                  "report it with the output of nvidia-smi",
                  e)));
    }
  }

  private Found found() {
    Optional<DriverLoading.Driver> driver = new DriverLoading(search, reasons).load();
    // Also without a driver: whoever installs one is told at once what else is missing.
    int version = driver.map(DriverLoading.Driver::version).orElse(0);
    Compilers compilers = new Compilers(search, version);
    if (!compilers.isAny()) {
      reasons.addAll(compilers.reasons());
    }
    driver.ifPresent(one -> lookAt(one, compilers));
    if (!devices.isEmpty()) {
      reasons.forEach(reason -> LOG.log(System.Logger.Level.DEBUG, "not used: {0}", reason));
    }
    return new Found(devices, reasons);
  }

  private void lookAt(DriverLoading.Driver loaded, Compilers compilers) {
    CudaDriver driver = loaded.functions();
    FactReader reader = new FactReader(driver, loaded.version());
    int started = driver.cuInit(0);
    if (started != CudaConstants.CUDA_SUCCESS) {
      reasons.add(noStart(driver, started));
      return;
    }
    try {
      int count = reader.count();
      if (count == 0) {
        reasons.add(noDevice("the driver sees no device", null));
      }
      for (int ordinal = 0; ordinal < count; ordinal++) {
        lookAt(driver, reader, compilers, ordinal);
      }
    } catch (CudaException e) {
      reasons.add(noDevice("the driver gives no devices: " + e.getMessage(), e));
    }
  }

  private static Reason noStart(CudaDriver driver, int result) {
    String message = "the driver does not start: cuInit returned " + driver.word(result);
    String remedy = CudaErrors.remedy(result);
    ReasonCode code =
        switch (result) {
          case CudaConstants.CUDA_ERROR_STUB_LIBRARY -> ReasonCode.LIBRARY_NOT_FOUND;
          case CudaConstants.CUDA_ERROR_OUT_OF_MEMORY -> ReasonCode.OUT_OF_MEMORY;
          case CudaConstants.CUDA_ERROR_SYSTEM_DRIVER_MISMATCH,
              CudaConstants.CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE ->
              ReasonCode.VERSION_MISMATCH;
          default -> ReasonCode.NO_DEVICE;
        };
    return Reason.of(
        code,
        code == ReasonCode.NO_DEVICE ? withVisibility(message) : message,
        remedy.isEmpty() ? LOOK : remedy);
  }

  private static Reason noDevice(String message, @Nullable Throwable cause) {
    return new Reason(ReasonCode.NO_DEVICE, withVisibility(message), LOOK, cause);
  }

  private static String withVisibility(String message) {
    String visible = System.getenv(VISIBLE);
    return visible == null ? message : message + "; " + VISIBLE + " is '" + visible + "'";
  }

  private void lookAt(CudaDriver driver, FactReader reader, Compilers compilers, int ordinal) {
    String device = "device " + ordinal;
    try {
      int handle = reader.handle(ordinal);
      CudaDevice.Facts facts = reader.facts(handle);
      if (wanted != null && !wanted.equals(facts.identity())) {
        return;
      }
      device = "'" + facts.name() + "' (" + facts.identity() + ")";
      boolean opens = tryContext(driver, handle, device);
      Optional<Compiler> compiler = compilers.forDevice(facts.capability());
      if (compiler.isEmpty() && compilers.isAny()) {
        reasons.add(compilers.noneFor(device, facts.capability()));
      }
      boolean runs = compiler.isPresent() || prebuilt.targetFor(facts.capability()).isPresent();
      if (opens && runs) {
        devices.add(new CudaDevice(driver, handle, facts, compiler.orElse(null)));
      }
    } catch (CudaException e) {
      reasons.add(noDevice(device + " gives no answer: " + e.getMessage(), e));
    }
  }

  private boolean tryContext(CudaDriver driver, int handle, String device) {
    try (Arena arena = Arena.ofConfined()) {
      int result = driver.cuDevicePrimaryCtxRetain(arena.allocate(ADDRESS), handle);
      if (result == CudaConstants.CUDA_SUCCESS) {
        driver.check(driver.cuDevicePrimaryCtxRelease_v2(handle), "cuDevicePrimaryCtxRelease");
        return true;
      }
      String remedy = CudaErrors.remedy(result);
      reasons.add(
          Reason.of(
              result == CudaConstants.CUDA_ERROR_OUT_OF_MEMORY
                  ? ReasonCode.OUT_OF_MEMORY
                  : ReasonCode.NO_DEVICE,
              device
                  + " gives no context: cuDevicePrimaryCtxRetain returned "
                  + driver.word(result),
              remedy.isEmpty() ? LOOK : remedy));
      return false;
    }
  }
}
