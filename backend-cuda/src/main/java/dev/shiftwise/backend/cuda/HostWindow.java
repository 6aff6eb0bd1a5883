package dev.shiftwise.backend.cuda;

import dev.shiftwise.plan.HostSlab;
import dev.shiftwise.plan.Stretch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The host's copy of the stretch of the slab where one input or output stands, in pinned memory:
 * what a caller's memory crosses through.
 */
final class HostWindow {
  private final Stretch stretch;
  private final boolean apart;
  private final long address;
  private final MemorySegment memory;
  private final HostSlab slab;

  /** The images one by one, where they are copied so. */
  private final MemorySegment[] images;

  /**
   * Makes a window.
   *
   * @param alone whether no other value stands between the images, so that they may be copied
   *     together with what is between them
   */
  HostWindow(DeviceMemory device, Arena arena, Stretch stretch, boolean alone, int count) {
    this.stretch = stretch;
    this.apart = stretch.hasGaps() && !alone;
    this.address = device.address(stretch.first());
    this.memory = PinnedMemory.allocate(device.context(), arena, stretch.bytes(count));
    this.slab = new HostSlab(memory);
    this.images = new MemorySegment[apart ? count : 0];
    for (int i = 0; i < images.length; i++) {
      images[i] =
          memory.asSlice(i * stretch.imagePitch() * Float.BYTES, stretch.image() * Float.BYTES);
    }
  }

  /** Returns the window as a slab that begins at the stretch's first element. */
  HostSlab slab() {
    return slab;
  }

  /** Copies the first images to the device, when the stream comes so far. */
  void upload(CudaStream stream, int count) {
    if (!apart) {
      stream.upload(memory, address, stretch.bytes(count));
      return;
    }
    for (int i = 0; i < count; i++) {
      stream.upload(
          images[i],
          address + i * stretch.imagePitch() * Float.BYTES,
          stretch.image() * Float.BYTES);
    }
  }

  /** Copies the first images from the device, when the stream comes so far. */
  void download(CudaStream stream, int count) {
    stream.download(address, memory, stretch.bytes(count));
  }
}
