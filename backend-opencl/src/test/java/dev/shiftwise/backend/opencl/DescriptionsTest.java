package dev.shiftwise.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.Device;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DescriptionsTest {

  private static Device device(ClDevice.Kind kind) {
    return Descriptions.device(
        "opencl",
        new ClDevice.Facts(
            "Kitchen",
            "Acme",
            "Toaster 9",
            2,
            1,
            "OpenCL C 2.0",
            "5.1",
            kind,
            4,
            3L << 30,
            1L << 30,
            32768,
            256,
            64,
            true,
            false,
            Set.of("cl_khr_fp64"),
            "kitchen:acme-toaster-9"));
  }

  @Test
  void graphicsProcessorsRankAboveTheCpuAndAllElseBelow() {
    assertEquals(Device.RANK_GPU, device(ClDevice.Kind.GPU).rank());
    assertEquals(Device.RANK_CPU_DRIVER, device(ClDevice.Kind.CPU).rank());
    assertTrue(device(ClDevice.Kind.OTHER).rank() < Device.RANK_CPU_DRIVER);
  }

  @Test
  void factsAreToldInWords() {
    Device device = device(ClDevice.Kind.GPU);
    assertEquals("kitchen:acme-toaster-9", device.id());
    assertEquals("Acme Toaster 9", device.name());
    assertEquals(
        "{platform=Kitchen, OpenCL=2.1, driver=5.1, compute units=4, memory=3072 MiB,"
            + " shared with host=yes, alignment=64 bytes}",
        device.properties().toString());
  }
}
