package dev.shiftwise.conformance;

import dev.shiftwise.backend.BackendProvider;
import org.junit.jupiter.api.Nested;

/** The kit over the reference backend in all four layouts: the rules and the memory plan agree. */
final class ReferenceConformanceTest {

  @Nested
  final class GuardsImageByImage extends BackendConformance {
    @Override
    protected BackendProvider provider() {
      return new ReferenceProvider();
    }
  }

  @Nested
  final class GuardsWholeBatch extends BackendConformance {
    @Override
    protected BackendProvider provider() {
      return new ReferenceProvider.GuardsWholeBatch();
    }
  }

  @Nested
  final class IndexImageByImage extends BackendConformance {
    @Override
    protected BackendProvider provider() {
      return new ReferenceProvider.IndexImageByImage();
    }
  }

  @Nested
  final class IndexWholeBatch extends BackendConformance {
    @Override
    protected BackendProvider provider() {
      return new ReferenceProvider.IndexWholeBatch();
    }
  }

  @Nested
  final class FewOperators extends BackendConformance {
    @Override
    protected BackendProvider provider() {
      return new ReferenceProvider.FewOperators();
    }
  }
}
