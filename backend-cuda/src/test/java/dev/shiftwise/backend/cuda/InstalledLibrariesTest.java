package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.shiftwise.conformance.Required;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * NVIDIA's own cuDNN and cuBLAS, as far as they go without a GPU: where this machine has them they
 * are found, load, have every function, and take descriptors.
 */
class InstalledLibrariesTest {

  private static NativeLibrary installed(String word, LibrarySearch.Places places) {
    Optional<NativeLibrary> found =
        places.files().stream().flatMap(file -> opened(file).stream()).findFirst();
    return Required.present(
        found, word, "none of " + places.files() + " loads, and there is " + places.nothingIn());
  }

  private static Optional<NativeLibrary> opened(String file) {
    try {
      return Optional.of(NativeLibrary.open(file));
    } catch (NativeLibrary.CannotLoadException _) {
      return Optional.empty();
    }
  }

  @Test
  void cudnnTakesDescriptors() throws NativeLibrary.MissingSymbolsException {
    Cudnn cudnn = new Cudnn(installed("cudnn", LibrarySearch.here().cudnn()));
    assertEquals(9, cudnn.cudnnGetVersion() / 10_000);
    assertEquals("CUDNN_STATUS_SUCCESS (0)", cudnn.word(Cudnn.CUDNN_STATUS_SUCCESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment reference = arena.allocate(ADDRESS);
      cudnn.check(cudnn.cudnnCreateTensorDescriptor(reference), "cudnnCreateTensorDescriptor");
      MemorySegment tensor = reference.get(ADDRESS, 0);
      cudnn.check(
          cudnn.cudnnSetTensor4dDescriptorEx(
              tensor, Cudnn.CUDNN_DATA_FLOAT, 2, 3, 5, 7, 105, 35, 7, 1),
          "cudnnSetTensor4dDescriptorEx");
      assertNotEquals(
          Cudnn.CUDNN_STATUS_SUCCESS,
          cudnn.cudnnSetTensor4dDescriptorEx(
              tensor, Cudnn.CUDNN_DATA_FLOAT, 2, -3, 5, 7, 105, 35, 7, 1));
      cudnn.check(cudnn.cudnnDestroyTensorDescriptor(tensor), "cudnnDestroyTensorDescriptor");
    }
  }

  @Test
  void cublasHasItsFunctions() throws NativeLibrary.MissingSymbolsException {
    Cublas cublas = new Cublas(installed("cublas", LibrarySearch.here().cublas(List.of(13, 12))));
    assertEquals("CUBLAS_STATUS_SUCCESS (0)", cublas.word(Cublas.CUBLAS_STATUS_SUCCESS));
  }
}
