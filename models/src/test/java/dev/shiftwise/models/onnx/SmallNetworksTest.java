package dev.shiftwise.models.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Device;
import dev.shiftwise.conformance.Required;
import dev.shiftwise.models.Models;
import dev.shiftwise.models.NamedNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every network by name on every device beside the CPU backend's, against ONNX Runtime: on small
 * images, since most of the time goes into compiling kernels.
 */
final class SmallNetworksTest {
  private static final List<Backend> DEVICES = new ArrayList<>();

  @BeforeAll
  static void open() {
    Backends backends = Backends.discover();
    for (Device device : backends.devices()) {
      if (!device.backend().equals("cpu-vector")) {
        DEVICES.add(backends.open(device.backend(), device.id()));
      }
    }
    if (DEVICES.isEmpty()) {
      Required.skip("opencl", "there is no device but the processor itself");
    }
  }

  @AfterAll
  static void close() {
    DEVICES.forEach(Backend::close);
  }

  static List<String> names() {
    return Models.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void equalsEveryDevice(String name) {
    NamedNetwork network = NamedNetwork.of(name, NamedNetwork.Size.SMALL);
    float[] elsewhere = RuntimeSession.logits(network);
    for (Backend backend : DEVICES) {
      assertEquals(
          Optional.empty(),
          NamedNetwork.difference(network.on(backend, CompileOptions.DEFAULT), elsewhere),
          backend.device().toString());
    }
  }
}
