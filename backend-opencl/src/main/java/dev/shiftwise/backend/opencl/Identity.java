package dev.shiftwise.backend.opencl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Names for devices that stay the same over reboots and driver updates, and can be typed.
 *
 * <p>A name is {@code platform:device}, since two platforms may offer one device. The device is
 * named by the best of what its driver knows: a UUID, an address on the PCI bus, or its vendor and
 * model.
 */
final class Identity {
  private static final int UUID_BYTES = 16;

  /** Where bus, device and function stand in AMD's structure, if it is one for PCI Express. */
  private static final int AMD_PCIE = 1;

  private static final int AMD_BYTES = 24;
  private static final int AMD_BUS = 21;

  private Identity() {}

  /** Returns the name of a device by its platform and what tells it from the platform's others. */
  static String of(String platform, String device) {
    return slug(platform) + ":" + device;
  }

  /** Returns a UUID as it is usually written, or nothing where the driver left it empty. */
  static Optional<String> uuid(ByteBuffer answer) {
    byte[] bytes = bytes(answer);
    if (bytes.length != UUID_BYTES || isZero(bytes)) {
      return Optional.empty();
    }
    String hex = HexFormat.of().formatHex(bytes);
    return Optional.of(
        String.join(
            "-",
            hex.substring(0, 8),
            hex.substring(8, 12),
            hex.substring(12, 16),
            hex.substring(16, 20),
            hex.substring(20)));
  }

  /** Returns an address on the PCI bus from the structure of cl_khr_pci_bus_info. */
  static Optional<String> pci(ByteBuffer answer) {
    if (answer.remaining() < 4 * Integer.BYTES) {
      return Optional.empty();
    }
    ByteBuffer numbers = answer.slice().order(ByteOrder.nativeOrder());
    return Optional.of(pci(numbers.getInt(), numbers.getInt(), numbers.getInt(), numbers.getInt()));
  }

  /** Returns an address on the PCI bus from NVIDIA's numbers; a slot is device and function. */
  static String nvidia(long domain, long bus, long slot) {
    return pci((int) domain, (int) bus, (int) slot >> 3 & 31, (int) slot & 7);
  }

  /** Returns an address on the PCI bus from AMD's topology. */
  static Optional<String> amd(ByteBuffer answer) {
    if (answer.remaining() < AMD_BYTES
        || answer.slice().order(ByteOrder.nativeOrder()).getInt() != AMD_PCIE) {
      return Optional.empty();
    }
    byte[] bytes = bytes(answer);
    return Optional.of(
        pci(0, bytes[AMD_BUS] & 0xff, bytes[AMD_BUS + 1] & 0xff, bytes[AMD_BUS + 2] & 0xff));
  }

  private static String pci(int domain, int bus, int device, int function) {
    return String.format(Locale.ROOT, "pci-%04x:%02x:%02x.%x", domain, bus, device, function);
  }

  /** Returns a device's vendor and model as one word. */
  static String model(String vendor, String name) {
    return slug(name.contains(vendor) ? name : vendor + " " + name);
  }

  /** Numbers the second and later of equal names: these devices can be told apart by nothing. */
  static List<String> distinct(List<String> names) {
    Map<String, Integer> seen = new HashMap<>();
    List<String> distinct = new ArrayList<>();
    for (String name : names) {
      int count = seen.merge(name, 1, Integer::sum);
      distinct.add(count == 1 ? name : name + "." + count);
    }
    return distinct;
  }

  private static String slug(String text) {
    String slug =
        text.toLowerCase(Locale.ROOT)
            .replaceAll("\\((r|tm|c)\\)", " ")
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^-|-$", "");
    return slug.isEmpty() ? "unnamed" : slug;
  }

  private static byte[] bytes(ByteBuffer answer) {
    byte[] bytes = new byte[answer.remaining()];
    answer.slice().get(bytes);
    return bytes;
  }

  private static boolean isZero(byte[] bytes) {
    for (byte one : bytes) {
      if (one != 0) {
        return false;
      }
    }
    return true;
  }
}
