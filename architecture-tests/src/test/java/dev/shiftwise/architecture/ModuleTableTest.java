package dev.shiftwise.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleReference;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The module descriptors state the module table, neither more nor less. */
final class ModuleTableTest {
  private static final Map<String, Set<String>> MAY_REQUIRE =
      Map.of(
          "dev.shiftwise.api",
          Set.of(),
          "dev.shiftwise.backend.cpuvector",
          Set.of("dev.shiftwise.api"),
          "dev.shiftwise.backend.opencl",
          Set.of("dev.shiftwise.api"),
          "dev.shiftwise.backend.cuda",
          Set.of("dev.shiftwise.api"),
          "dev.shiftwise.models",
          Set.of("dev.shiftwise.api"),
          "dev.shiftwise.conformance",
          Set.of("dev.shiftwise.api"),
          "dev.shiftwise.bench",
          Set.of("dev.shiftwise.api", "dev.shiftwise.models"),
          "dev.shiftwise.cli",
          Set.of(
              "dev.shiftwise.api",
              "dev.shiftwise.models",
              "dev.shiftwise.conformance",
              "dev.shiftwise.bench"));

  @Test
  void everyModuleIsInTheTable() {
    assertEquals(new TreeSet<>(MAY_REQUIRE.keySet()), namesOf(Modules.all()));
  }

  @Test
  void modulesRequireOnlyWhatTheTableAllows() {
    for (ModuleReference module : Modules.all()) {
      Set<String> required = ours(module.descriptor());
      Set<String> allowed = MAY_REQUIRE.getOrDefault(module.descriptor().name(), Set.of());
      Set<String> forbidden = new TreeSet<>(required);
      forbidden.removeAll(allowed);
      assertEquals(Set.of(), forbidden, module.descriptor().name() + " requires too much");
    }
  }

  @Test
  void theApiRequiresNothingAtRunTimeButTheJdk() {
    Set<String> required =
        descriptor("dev.shiftwise.api").requires().stream()
            .filter(one -> !one.modifiers().contains(Requires.Modifier.STATIC))
            .map(Requires::name)
            .filter(name -> !name.startsWith("java.") && !name.startsWith("jdk."))
            .collect(Collectors.toSet());
    assertEquals(Set.of(), required);
  }

  @Test
  void backendsAndTheCommandExportNothing() {
    for (ModuleReference module : Modules.all()) {
      String name = module.descriptor().name();
      if (name.startsWith("dev.shiftwise.backend.") || name.equals("dev.shiftwise.cli")) {
        Set<String> exported =
            module.descriptor().exports().stream()
                .filter(one -> !one.isQualified())
                .map(Exports::source)
                .collect(Collectors.toSet());
        assertEquals(Set.of(), exported, name + " exports packages");
      }
    }
  }

  private static ModuleDescriptor descriptor(String name) {
    return Modules.all().stream()
        .map(ModuleReference::descriptor)
        .filter(descriptor -> descriptor.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Set<String> ours(ModuleDescriptor descriptor) {
    return descriptor.requires().stream()
        .map(Requires::name)
        .filter(name -> name.startsWith("dev.shiftwise."))
        .collect(Collectors.toSet());
  }

  private static Set<String> namesOf(Iterable<ModuleReference> modules) {
    Set<String> names = new TreeSet<>();
    modules.forEach(module -> names.add(module.descriptor().name()));
    return names;
  }
}
