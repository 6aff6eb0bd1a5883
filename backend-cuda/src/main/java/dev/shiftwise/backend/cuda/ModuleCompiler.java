package dev.shiftwise.backend.cuda;

import dev.shiftwise.backend.KernelCache;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes modules of the kernels' files: from the cache on disk, which is keyed by all that goes into
 * a compilation, or by NVRTC; without NVRTC from what was compiled ahead.
 */
final class ModuleCompiler {
  private static final System.Logger LOG = System.getLogger(ModuleCompiler.class.getName());

  private final DeviceContext context;
  private final KernelCache cache;

  ModuleCompiler(DeviceContext context, KernelCache cache) {
    this.context = context;
    this.cache = cache;
  }

  /** Returns a module, which the caller unloads. Not to be called inside the context. */
  CudaModule compile(KernelSource source) {
    CudaDevice device = context.device();
    Compiler compiler = device.compiler();
    int capability = device.facts().capability();
    if (compiler == null) {
      String target = Prebuilt.here().targetFor(capability).orElseThrow();
      return new CudaModule(context, source, Prebuilt.binary(source, target));
    }
    return compile(source, compiler, compiler.architectureFor(capability).orElseThrow());
  }

  private CudaModule compile(KernelSource source, Compiler compiler, int architecture) {
    List<String> options = Compiler.options(architecture);
    Map<String, String> headers = KernelSource.headers();
    String text = source.text();
    List<String> key = new ArrayList<>(List.of("cubin", compiler.version(), source.file(), text));
    key.addAll(options);
    headers.forEach(
        (name, header) -> {
          key.add(name);
          key.add(header);
        });
    Optional<CudaModule> cached = cache.get(key).flatMap(binary -> fromCache(source, binary));
    if (cached.isPresent()) {
      return cached.get();
    }
    long start = System.nanoTime();
    byte[] binary;
    try (NvrtcProgram program = new NvrtcProgram(compiler.nvrtc(), source.file(), text, headers)) {
      binary = program.compile(options);
    }
    LOG.log(
        System.Logger.Level.DEBUG,
        "compiled {0} in {1} ms: {2}",
        source.file(),
        (System.nanoTime() - start) / 1_000_000,
        options);
    CudaModule module = new CudaModule(context, source, binary);
    cache.put(key, binary);
    return module;
  }

  /** A binary that the driver does not take any more is compiled again. */
  private Optional<CudaModule> fromCache(KernelSource source, byte[] binary) {
    try {
      return Optional.of(new CudaModule(context, source, binary));
    } catch (CudaException e) {
      LOG.log(System.Logger.Level.DEBUG, "cached {0} refused: {1}", source.file(), e.getMessage());
      return Optional.empty();
    }
  }
}
