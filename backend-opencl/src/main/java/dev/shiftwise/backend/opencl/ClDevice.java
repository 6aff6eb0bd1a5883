package dev.shiftwise.backend.opencl;

import java.util.Set;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;

/**
 * A device that was found: its handles, which hold nothing to be released, and its facts.
 *
 * @param platform the platform that offers it
 * @param id its handle
 * @param facts what it said of itself
 */
record ClDevice(cl_platform_id platform, cl_device_id id, Facts facts) {

  /** Returns the device under another identity. */
  ClDevice withIdentity(String identity) {
    return new ClDevice(platform, id, facts.withIdentity(identity));
  }

  /** What kind of processor it is. */
  enum Kind {
    /** The processor that runs this program. */
    CPU,
    /** A graphics processor. */
    GPU,
    /** An accelerator, what else there is, or several kinds at once. */
    OTHER
  }

  /**
   * What a device says of itself.
   *
   * @param platform the platform's name
   * @param vendor the device's vendor
   * @param name the device's name
   * @param major OpenCL version, the digits before the dot
   * @param minor OpenCL version, the digits after the dot
   * @param languageVersion the version of OpenCL C, as the device words it
   * @param driver the driver's version
   * @param kind CPU, GPU or other
   * @param computeUnits how many there are
   * @param globalMemory bytes
   * @param maxAllocation bytes of the largest buffer
   * @param localMemory bytes
   * @param maxWorkGroup most items in a work-group
   * @param addressAlignment bytes that a sub-buffer's start is a multiple of
   * @param unifiedMemory whether host and device share one memory
   * @param fineGrainSvm whether buffers of fine-grained shared virtual memory are there
   * @param extensions names of its extensions
   * @param identity stable name of the device on this machine
   */
  record Facts(
      String platform,
      String vendor,
      String name,
      int major,
      int minor,
      String languageVersion,
      String driver,
      Kind kind,
      int computeUnits,
      long globalMemory,
      long maxAllocation,
      long localMemory,
      long maxWorkGroup,
      int addressAlignment,
      boolean unifiedMemory,
      boolean fineGrainSvm,
      Set<String> extensions,
      String identity) {

    /** Copies the extensions. */
    Facts {
      extensions = Set.copyOf(extensions);
    }

    /** Returns whether the device's OpenCL is of a version or later. */
    boolean isAtLeast(int wantedMajor, int wantedMinor) {
      return new Version(major, minor).isAtLeast(wantedMajor, wantedMinor);
    }

    private Facts withIdentity(String other) {
      return new Facts(
          platform,
          vendor,
          name,
          major,
          minor,
          languageVersion,
          driver,
          kind,
          computeUnits,
          globalMemory,
          maxAllocation,
          localMemory,
          maxWorkGroup,
          addressAlignment,
          unifiedMemory,
          fineGrainSvm,
          extensions,
          other);
    }
  }
}
