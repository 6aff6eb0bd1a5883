package dev.shiftwise.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A provider is found alike on the module path and on the class path. */
final class ProvidersTest {
  private static final String FOLDER = "META-INF/services/";

  @Test
  void descriptorsAndServiceFilesNameTheSameProviders() throws IOException {
    for (ModuleReference module : Modules.all()) {
      assertEquals(
          stated(module), filed(module), module.descriptor().name() + ": provides and " + FOLDER);
    }
  }

  private static Map<String, List<String>> stated(ModuleReference module) {
    Map<String, List<String>> providers = new TreeMap<>();
    module
        .descriptor()
        .provides()
        .forEach(
            provides ->
                providers.put(provides.service(), provides.providers().stream().sorted().toList()));
    return providers;
  }

  private static Map<String, List<String>> filed(ModuleReference module) throws IOException {
    Map<String, List<String>> providers = new TreeMap<>();
    try (ModuleReader reader = module.open()) {
      List<String> files =
          reader.list().filter(name -> name.startsWith(FOLDER) && !name.endsWith("/")).toList();
      for (String file : files) {
        ByteBuffer bytes = reader.read(file).orElseThrow();
        providers.put(
            file.substring(FOLDER.length()),
            StandardCharsets.UTF_8
                .decode(bytes)
                .toString()
                .lines()
                .map(line -> line.replaceFirst("#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .sorted()
                .toList());
        reader.release(bytes);
      }
    }
    return providers;
  }

  @Test
  void everyBackendProvidesOneProvider() {
    List<ModuleReference> backends =
        Modules.all().stream()
            .filter(module -> module.descriptor().name().startsWith("dev.shiftwise.backend."))
            .toList();
    assertFalse(backends.isEmpty());
    for (ModuleReference backend : backends) {
      List<String> providers =
          stated(backend).getOrDefault("dev.shiftwise.backend.BackendProvider", List.of());
      assertEquals(1, providers.size(), backend.descriptor().name() + " provides " + providers);
    }
  }
}
