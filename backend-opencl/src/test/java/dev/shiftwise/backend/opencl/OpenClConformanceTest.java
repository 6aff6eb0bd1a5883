package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.conformance.BackendConformance;
import org.junit.jupiter.api.Nested;

/** The kit over the backend as it ships, and in the ways that other devices take. */
final class OpenClConformanceTest {

  @Nested
  final class AsItShips extends BackendConformance {
    @Override
    protected BackendProvider provider() {
      return new OpenClProvider();
    }
  }

  @Nested
  final class MemoryByMaps extends BackendConformance {
    @Override
    protected BackendProvider provider() {
      return new VariantProvider.Mapped();
    }
  }

  @Nested
  final class AsOnACard extends BackendConformance {
    @Override
    protected BackendProvider provider() {
      return new VariantProvider.Card();
    }
  }
}
