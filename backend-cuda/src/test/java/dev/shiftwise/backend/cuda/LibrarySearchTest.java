package dev.shiftwise.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class LibrarySearchTest {
  @TempDir private Path root = Path.of("");

  private final Map<String, String> variables = new HashMap<>();
  private final Map<String, String> properties = new HashMap<>();

  private LibrarySearch search() {
    return new LibrarySearch(variables::get, properties::get, root);
  }

  private String file(String path) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    return Files.createFile(file).toString();
  }

  private void variable(String name, String folder) {
    variables.put(name, root.resolve(folder).toString());
  }

  @Test
  void theDriverIsLookedForByTheLoaderFirst() throws IOException {
    String windows = file("usr/lib/wsl/lib/libcuda.so.1");
    String ordinary = file("usr/lib/x86_64-linux-gnu/libcuda.so.1");
    LibrarySearch.Places places = search().driver();
    assertEquals(List.of("libcuda.so.1", windows, ordinary), places.files());
    assertTrue(
        places.nothingIn().startsWith("no libcuda.so.1 in " + root + "/usr/lib/aarch64-linux-gnu"),
        places::nothingIn);
  }

  @Test
  void aGivenPathIsTheOnlyOne() throws IOException {
    file("usr/lib/wsl/lib/libcuda.so.1");
    file("usr/local/cuda/lib64/libnvrtc.so.13");
    properties.put(LibrarySearch.DRIVER, "/my/libcuda.so");
    properties.put(LibrarySearch.NVRTC, "/my/libnvrtc.so");
    assertEquals(List.of("/my/libcuda.so"), search().driver().files());
    assertEquals(List.of("/my/libnvrtc.so"), search().nvrtc(List.of(13, 12)).files());
    assertEquals("", search().nvrtc(List.of(13, 12)).nothingIn());
  }

  @Test
  void nvrtcIsLookedForWhereItMayBe() throws IOException {
    variable("CUDA_PATH", "opt/toolkit");
    variable("CUDA_HOME", "opt/nowhere");
    variable("VIRTUAL_ENV", "home/me/venv");
    variable("CONDA_PREFIX", "opt/conda");
    variables.put("PYTHONPATH", root.resolve("site") + ":" + root.resolve("none"));
    String named = file("opt/toolkit/lib64/libnvrtc.so.12");
    String installed = file("usr/local/cuda/targets/x86_64-linux/lib/libnvrtc.so.13");
    String older = file("usr/local/cuda-12.4/lib64/libnvrtc.so.12");
    String system = file("usr/lib/x86_64-linux-gnu/libnvrtc.so.12");
    String venv = file("home/me/venv/lib/python3.12/site-packages/nvidia/cu13/lib/libnvrtc.so.13");
    file("opt/conda/conda-meta/history");
    String conda = file("opt/conda/lib/libnvrtc.so.12");
    String packages =
        file("opt/conda/lib/python3.11/site-packages/nvidia/cuda_nvrtc/lib/libnvrtc.so.12");
    String everyones =
        file("usr/lib/python3.11/dist-packages/nvidia/cuda_nvrtc/lib/libnvrtc.so.12");
    String site = file("site/nvidia/cu13/lib/libnvrtc.so.13");
    file("opt/toolkit/lib/readme");

    LibrarySearch.Places places = search().nvrtc(List.of(13, 12));

    assertEquals(
        List.of(
            named,
            "libnvrtc.so.13",
            "libnvrtc.so.12",
            installed,
            older,
            system,
            venv,
            conda,
            packages,
            everyones,
            site),
        places.files());
    assertTrue(
        places
            .nothingIn()
            .startsWith(
                "no libnvrtc.so.13 or libnvrtc.so.12 in " + root.resolve("opt/toolkit/lib") + ", "),
        places::nothingIn);
  }

  @Test
  void thePythonOnThePathLeadsToItsPackages() throws IOException {
    String base = file("opt/python/lib/python3.12/site-packages/nvidia/cu13/lib/libnvrtc.so.13");
    Path python = Path.of(file("opt/python/bin/python3.12"));
    assertTrue(python.toFile().setExecutable(true));
    String venv = file("venv/lib/python3.12/site-packages/nvidia/cuda_nvrtc/lib/libnvrtc.so.12");
    Files.createDirectories(root.resolve("venv/bin"));
    Files.createSymbolicLink(root.resolve("venv/bin/python3"), python);
    variable("PATH", "venv/bin");

    assertEquals(
        List.of("libnvrtc.so.13", "libnvrtc.so.12", venv, base),
        search().nvrtc(List.of(13, 12)).files());
  }

  /** As the packages for CUDA 13 lay them out: cuDNN alone has a folder of its own. */
  @Test
  void cudnnAndCublasLieInFoldersOfPythonsPackages() throws IOException {
    variable("VIRTUAL_ENV", "venv");
    String packages = "venv/lib/python3.11/site-packages/nvidia/";
    String cudnn = file(packages + "cudnn/lib/libcudnn.so.9");
    String cublas = file(packages + "cu13/lib/libcublas.so.13");
    file(packages + "cu13/lib/libcublasLt.so.13");
    assertEquals(List.of("libcudnn.so.9", cudnn), search().cudnn().files());
    assertEquals(List.of("libcublas.so.13", cublas), search().cublas(List.of(13)).files());
  }

  @Test
  void onlyTheVersionsAskedForAreTried() throws IOException {
    variable("CUDA_PATH", "cuda");
    file("cuda/lib64/libnvrtc.so.13");
    String right = file("cuda/lib64/libnvrtc.so.12");
    assertEquals(List.of(right, "libnvrtc.so.12"), search().nvrtc(List.of(12)).files());
  }

  @Test
  void variablesThatNameNothingDoNoHarm() {
    variables.put("CUDA_PATH", " ");
    variables.put("CUDA_HOME", "\0");
    variables.put("PATH", ":\0:");
    variables.put("VIRTUAL_ENV", "");
    assertEquals(List.of("libnvrtc.so.12"), search().nvrtc(List.of(12)).files());
  }

  @Test
  void aFolderIsLookedIntoUnderOneName() throws IOException {
    variable("CUDA_PATH", "usr/local/cuda-13.0");
    String named = file("usr/local/cuda-13.0/lib/libnvrtc.so.13");
    Files.createSymbolicLink(root.resolve("usr/local/cuda-13.0/lib64"), Path.of("lib"));
    Files.createSymbolicLink(root.resolve("usr/local/cuda"), Path.of("cuda-13.0"));
    assertEquals(
        List.of(named.replace("/lib/", "/lib64/"), "libnvrtc.so.13"),
        search().nvrtc(List.of(13)).files());
  }
}
