package com.example.tiny;

import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.conformance.BackendConformance;

final class TinyConformanceTest extends BackendConformance {
  @Override
  protected BackendProvider provider() {
    return new TinyProvider();
  }
}
