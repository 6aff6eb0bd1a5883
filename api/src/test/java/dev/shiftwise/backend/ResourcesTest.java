package dev.shiftwise.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourcesTest {
  @Test
  void releasesBackwardsAllAndOnce() {
    List<String> released = new ArrayList<>();
    RuntimeException first = new IllegalStateException("third");
    RuntimeException second = new IllegalStateException("second");
    Resources resources = new Resources();
    resources.add(() -> released.add("first"));
    resources.add(
        () -> {
          throw second;
        });
    resources.add(
        () -> {
          throw first;
        });
    assertSame(first, assertThrows(IllegalStateException.class, resources::close));
    assertEquals(List.of(second), List.of(first.getSuppressed()));
    assertEquals(List.of("first"), released);
    resources.close();
    assertEquals(List.of("first"), released);
  }
}
