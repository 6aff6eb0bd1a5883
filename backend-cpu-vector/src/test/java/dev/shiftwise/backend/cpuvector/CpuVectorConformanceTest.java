package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.conformance.BackendConformance;

final class CpuVectorConformanceTest extends BackendConformance {
  @Override
  protected BackendProvider provider() {
    return new CpuVectorProvider();
  }
}
