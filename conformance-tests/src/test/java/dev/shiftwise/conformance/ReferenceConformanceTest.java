package dev.shiftwise.conformance;

import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.plan.Layout;
import dev.shiftwise.plan.Layout.BatchOrder;
import org.junit.jupiter.api.Nested;

/** The kit over the reference backend in all four layouts: the rules and the memory plan agree. */
final class ReferenceConformanceTest {

  @Nested
  final class GuardsImageByImage extends BackendConformance {
    @Override
    protected BackendProvider provider() {
      return reference(new Layout(64, BatchOrder.IMAGE_BY_IMAGE, true));
    }
  }

  @Nested
  final class GuardsWholeBatch extends BackendConformance {
    @Override
    protected BackendProvider provider() {
      return reference(new Layout(64, BatchOrder.WHOLE_BATCH, true));
    }
  }

  @Nested
  final class IndexArithmeticImageByImage extends BackendConformance {
    @Override
    protected BackendProvider provider() {
      return reference(new Layout(4, BatchOrder.IMAGE_BY_IMAGE, false));
    }
  }

  @Nested
  final class IndexArithmeticWholeBatch extends BackendConformance {
    @Override
    protected BackendProvider provider() {
      return reference(new Layout(4, BatchOrder.WHOLE_BATCH, false));
    }
  }

  private static BackendProvider reference(Layout layout) {
    return new ReferenceProvider(layout, new ReferenceKernels());
  }
}
