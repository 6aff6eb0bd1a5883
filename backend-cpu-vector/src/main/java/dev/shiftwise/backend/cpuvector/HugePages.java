package dev.shiftwise.backend.cpuvector;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Native memory on large pages, where the system gives them for the asking (Linux with transparent
 * huge pages on {@code madvise} or {@code always}).
 *
 * <p>A tile reads every input channel at the same pixels, which is one small page for each channel:
 * more than the first-level TLB holds. Where large pages cannot be had the memory is ordinary.
 */
final class HugePages {
  private static final System.Logger LOG = System.getLogger(HugePages.class.getName());
  private static final String SYSTEM = "Linux";
  private static final long PAGE = 2L << 20;

  /** Less memory than this is not worth a large page. */
  private static final long LEAST = 256L << 10;

  private static final int CACHE_LINE = 64;

  // From Linux's headers; the same on every architecture that Java runs on.
  private static final int PROT_READ_WRITE = 1 | 2;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x02 | 0x20;
  private static final int MADV_HUGEPAGE = 14;
  private static final long MAP_FAILED = -1;

  private static final AddressLayout POINTER = ValueLayout.ADDRESS;

  private final MethodHandle mmap;
  private final MethodHandle munmap;
  private final MethodHandle madvise;

  private HugePages(MethodHandle mmap, MethodHandle munmap, MethodHandle madvise) {
    this.mmap = mmap;
    this.munmap = munmap;
    this.madvise = madvise;
  }

  /**
   * Allocates zeroed memory, aligned to a cache line or better.
   *
   * @param arena frees it
   */
  static MemorySegment allocate(Arena arena, long bytes) {
    if (bytes >= LEAST && System.getProperty("os.name").equals(SYSTEM)) {
      return find()
          .flatMap(pages -> pages.map(arena, bytes))
          .orElseGet(() -> arena.allocate(bytes, CACHE_LINE));
    }
    return arena.allocate(Math.max(bytes, Float.BYTES), CACHE_LINE);
  }

  @SuppressWarnings("restricted")
  private static Optional<HugePages> find() {
    Linker linker = Linker.nativeLinker();
    SymbolLookup library = linker.defaultLookup();
    Optional<MemorySegment> mmap = library.find("mmap");
    Optional<MemorySegment> munmap = library.find("munmap");
    Optional<MemorySegment> madvise = library.find("madvise");
    if (mmap.isEmpty() || munmap.isEmpty() || madvise.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new HugePages(
            linker.downcallHandle(mmap.get(), mmapType()),
            linker.downcallHandle(munmap.get(), munmapType()),
            linker.downcallHandle(madvise.get(), madviseType())));
  }

  /** {@code void *mmap(void *, size_t, int, int, int, off_t)}. */
  private static FunctionDescriptor mmapType() {
    return FunctionDescriptor.of(
        POINTER,
        POINTER,
        ValueLayout.JAVA_LONG,
        ValueLayout.JAVA_INT,
        ValueLayout.JAVA_INT,
        ValueLayout.JAVA_INT,
        ValueLayout.JAVA_LONG);
  }

  /** {@code int munmap(void *, size_t)}. */
  private static FunctionDescriptor munmapType() {
    return FunctionDescriptor.of(ValueLayout.JAVA_INT, POINTER, ValueLayout.JAVA_LONG);
  }

  /** {@code int madvise(void *, size_t, int)}. */
  private static FunctionDescriptor madviseType() {
    return FunctionDescriptor.of(
        ValueLayout.JAVA_INT, POINTER, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);
  }

  @SuppressWarnings("restricted")
  private Optional<MemorySegment> map(Arena arena, long bytes) {
    try {
      long whole = Math.ceilDiv(bytes, PAGE) * PAGE;
      long mapped = whole + PAGE;
      MemorySegment start =
          (MemorySegment)
              mmap.invokeExact(
                  MemorySegment.NULL, mapped, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
      if (start.address() == MAP_FAILED) {
        return Optional.empty();
      }
      MemorySegment owned = start.reinterpret(mapped, arena, this::unmap);
      MemorySegment aligned = owned.asSlice(-start.address() & (PAGE - 1), bytes);
      int refused = (int) madvise.invokeExact(aligned, whole, MADV_HUGEPAGE);
      if (refused != 0) {
        LOG.log(System.Logger.Level.DEBUG, "no large pages for {0} bytes", bytes);
      }
      return Optional.of(aligned);
    } catch (Throwable e) {
      throw new IllegalStateException("mmap cannot be called", e);
    }
  }

  private void unmap(MemorySegment owned) {
    try {
      int failed = (int) munmap.invokeExact(owned, owned.byteSize());
      if (failed != 0) {
        throw new IllegalStateException("munmap failed");
      }
    } catch (Throwable e) {
      throw new IllegalStateException("munmap cannot be called", e);
    }
  }
}
