package dev.shiftwise.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IdentityTest {

  @Test
  void aDeviceIsNamedByPlatformAndModel() {
    assertEquals(
        "intel-opencl:intel-xeon-gold-6130-cpu-2-10ghz",
        Identity.of(
            "Intel(R) OpenCL",
            Identity.model("Intel(R)", "Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz")));
    assertEquals("arm-mali-g610", Identity.model("ARM", "Mali-G610"));
    assertEquals("arm-mali-g610", Identity.model("ARM", " ARM Mali-G610 (TM)"));
    assertEquals("unnamed", Identity.model("", "***"));
  }

  @Test
  void twinsAreNumbered() {
    assertEquals(
        List.of("a:x", "a:y", "a:x.2", "a:x.3", "b:x"),
        Identity.distinct(List.of("a:x", "a:y", "a:x", "a:x", "b:x")));
  }

  @Test
  void uuidsAreWrittenAsUsual() {
    byte[] bytes = new byte[16];
    assertEquals(Optional.empty(), Identity.uuid(ByteBuffer.wrap(bytes)));
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (0xf0 + i);
    }
    assertEquals(
        Optional.of("f0f1f2f3-f4f5-f6f7-f8f9-fafbfcfdfeff"), Identity.uuid(ByteBuffer.wrap(bytes)));
    assertEquals(Optional.empty(), Identity.uuid(ByteBuffer.wrap(bytes, 0, 8)));
  }

  @Test
  void pciAddressesComeInThreeForms() {
    ByteBuffer khronos =
        ByteBuffer.allocate(16).order(ByteOrder.nativeOrder()).putInt(1).putInt(0x3b).putInt(2);
    assertEquals(Optional.of("pci-0001:3b:02.0"), Identity.pci(khronos.rewind()));
    assertEquals(Optional.empty(), Identity.pci(ByteBuffer.allocate(12)));
    assertEquals("pci-0000:65:03.1", Identity.nvidia(0, 0x65, 3 << 3 | 1));

    ByteBuffer amd = ByteBuffer.allocate(24).order(ByteOrder.nativeOrder()).putInt(1);
    amd.put(21, (byte) 0xc3).put(22, (byte) 4).put(23, (byte) 1).rewind();
    assertEquals(Optional.of("pci-0000:c3:04.1"), Identity.amd(amd));
    assertEquals(Optional.empty(), Identity.amd(ByteBuffer.allocate(24)));
  }
}
