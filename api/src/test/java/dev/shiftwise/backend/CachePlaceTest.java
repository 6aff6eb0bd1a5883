package dev.shiftwise.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class CachePlaceTest {
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "prints paths with the other slash")
  void everySystemHasItsPlace() {
    Map<String, String> linux = Map.of("user.home", "/user/ada");
    assertEquals("/user/ada/.cache/shiftwise", place("Linux", linux, Map.of()));
    assertEquals("/var/ada/shiftwise", place("Linux", linux, Map.of("XDG_CACHE_HOME", "/var/ada")));
    assertEquals(
        "/user/ada/.cache/shiftwise", place("Linux", linux, Map.of("XDG_CACHE_HOME", "var")));
    assertEquals("/user/ada/Library/Caches/shiftwise", place("Mac OS X", linux, Map.of()));
    assertEquals("/data/shiftwise", place("Windows 11", linux, Map.of("LOCALAPPDATA", "/data")));
    assertEquals("nowhere", place("Windows 11", linux, Map.of()));
    assertEquals("nowhere", place("Linux", Map.of("user.home", "?"), Map.of()));
    assertEquals("nowhere", place("Linux", Map.of(), Map.of()));
    assertEquals(
        "/elsewhere",
        place(
            "Linux",
            Map.of("user.home", "/user/ada", "shiftwise.cache.dir", "/elsewhere"),
            Map.of("XDG_CACHE_HOME", "/var/ada")));
  }

  private static String place(
      String system, Map<String, String> properties, Map<String, String> variables) {
    return CachePlace.root(system, properties::get, variables::get)
        .map(Path::toString)
        .orElse("nowhere");
  }
}
