package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.BackendException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jocl.CL;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;

/** Asks a platform's devices for their facts. */
final class FactReader {
  /** Deprecated since OpenCL 2.0, and still the only answer to its question. */
  @SuppressWarnings("deprecation")
  private static final int HOST_UNIFIED_MEMORY = CL.CL_DEVICE_HOST_UNIFIED_MEMORY;

  // Of extensions that JOCL does not know.
  private static final int UUID_KHR = 0x106A;
  private static final int PCI_BUS_INFO_KHR = 0x410F;
  private static final int PCI_BUS_ID_NV = 0x4008;
  private static final int PCI_SLOT_ID_NV = 0x4009;
  private static final int PCI_DOMAIN_ID_NV = 0x400A;
  private static final int TOPOLOGY_AMD = 0x4037;

  private final cl_platform_id platform;
  private final String platformName;

  /** Reads about devices of a platform. */
  FactReader(cl_platform_id platform) {
    this.platform = platform;
    this.platformName = Cl.text(platform, CL.CL_PLATFORM_NAME);
  }

  /** Returns the platform's name. */
  String platformName() {
    return platformName;
  }

  /** Returns what decides whether a device can be used. */
  Requirements requirements(cl_device_id device) {
    return new Requirements(
        Cl.text(device, CL.CL_DEVICE_VERSION),
        Cl.flag(device, CL.CL_DEVICE_AVAILABLE),
        Cl.flag(device, CL.CL_DEVICE_COMPILER_AVAILABLE),
        Cl.flag(device, CL.CL_DEVICE_ENDIAN_LITTLE),
        Cl.text(device, CL.CL_DEVICE_PROFILE),
        kind(Cl.number(device, CL.CL_DEVICE_TYPE)),
        Cl.number(device, CL.CL_DEVICE_MAX_WORK_GROUP_SIZE));
  }

  /** Returns all facts of a device; twins still have one identity. */
  ClDevice.Facts facts(cl_device_id device) {
    Version version = Version.of(Cl.text(device, CL.CL_DEVICE_VERSION));
    Set<String> extensions = words(Cl.text(device, CL.CL_DEVICE_EXTENSIONS));
    String vendor = Cl.text(device, CL.CL_DEVICE_VENDOR);
    String name = Cl.text(device, CL.CL_DEVICE_NAME);
    return new ClDevice.Facts(
        platformName,
        vendor,
        name,
        version.major(),
        version.minor(),
        Cl.text(device, CL.CL_DEVICE_OPENCL_C_VERSION),
        Cl.text(device, CL.CL_DRIVER_VERSION),
        kind(Cl.number(device, CL.CL_DEVICE_TYPE)),
        (int) Cl.number(device, CL.CL_DEVICE_MAX_COMPUTE_UNITS),
        Cl.number(device, CL.CL_DEVICE_GLOBAL_MEM_SIZE),
        Cl.number(device, CL.CL_DEVICE_MAX_MEM_ALLOC_SIZE),
        Cl.number(device, CL.CL_DEVICE_LOCAL_MEM_SIZE),
        Cl.number(device, CL.CL_DEVICE_MAX_WORK_GROUP_SIZE),
        (int) (Cl.number(device, CL.CL_DEVICE_MEM_BASE_ADDR_ALIGN) / Byte.SIZE),
        Cl.flag(device, HOST_UNIFIED_MEMORY),
        hasFineGrainSvm(device, version),
        extensions,
        Identity.of(
            platformWord(),
            deviceWord(device, extensions).orElseGet(() -> Identity.model(vendor, name))));
  }

  /** A device that says that it is several kinds at once is none of them. */
  private static ClDevice.Kind kind(long type) {
    long kinds = type & ~CL.CL_DEVICE_TYPE_DEFAULT;
    if (kinds == CL.CL_DEVICE_TYPE_GPU) {
      return ClDevice.Kind.GPU;
    }
    return kinds == CL.CL_DEVICE_TYPE_CPU ? ClDevice.Kind.CPU : ClDevice.Kind.OTHER;
  }

  private static boolean hasFineGrainSvm(cl_device_id device, Version version) {
    return version.isAtLeast(2, 0)
        && (Cl.number(device, CL.CL_DEVICE_SVM_CAPABILITIES) & CL.CL_DEVICE_SVM_FINE_GRAIN_BUFFER)
            != 0;
  }

  /** Some drivers name an extension twice. */
  private static Set<String> words(String text) {
    Set<String> words = new TreeSet<>(Arrays.asList(text.split(" ")));
    words.remove("");
    return words;
  }

  /** The suffix that the platform has of its own at Khronos is shorter than its name. */
  private String platformWord() {
    try {
      String suffix = Cl.text(platform, CL.CL_PLATFORM_ICD_SUFFIX_KHR);
      return suffix.isEmpty() ? platformName : suffix;
    } catch (BackendException e) {
      return platformName;
    }
  }

  private static Optional<String> deviceWord(cl_device_id device, Set<String> extensions) {
    Optional<String> word = Optional.empty();
    if (extensions.contains("cl_khr_device_uuid")) {
      word = Cl.answer(device, UUID_KHR).flatMap(Identity::uuid);
    }
    if (word.isEmpty() && extensions.contains("cl_khr_pci_bus_info")) {
      word = Cl.answer(device, PCI_BUS_INFO_KHR).flatMap(Identity::pci);
    }
    if (word.isEmpty() && extensions.contains("cl_nv_device_attribute_query")) {
      word = nvidia(device);
    }
    if (word.isEmpty() && extensions.contains("cl_amd_device_attribute_query")) {
      word = Cl.answer(device, TOPOLOGY_AMD).flatMap(Identity::amd);
    }
    return word;
  }

  private static Optional<String> nvidia(cl_device_id device) {
    try {
      long domain =
          Cl.answer(device, PCI_DOMAIN_ID_NV).isPresent() ? Cl.number(device, PCI_DOMAIN_ID_NV) : 0;
      return Optional.of(
          Identity.nvidia(
              domain, Cl.number(device, PCI_BUS_ID_NV), Cl.number(device, PCI_SLOT_ID_NV)));
    } catch (BackendException e) {
      return Optional.empty();
    }
  }
}
