package dev.shiftwise.backend.cuda;

import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Staging;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.FeatureMap;
import dev.shiftwise.view.NormalMap;
import dev.shiftwise.view.Window;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An input or output that the device can copy between its place in the slab and memory that the
 * session has given out, since it has one form in both: dense planes, without guards to be filled
 * by the host.
 */
final class DirectCopy {
  private final long address;
  private final long imageBytes;
  private final long pitchBytes;
  private @Nullable FeatureMap last;

  /** The caller's images; one entry for all if they stand in the slab as they do there. */
  private MemorySegment @Nullable [] bound;

  private DirectCopy(long address, Shape shape, long imagePitch) {
    this.address = address;
    this.imageBytes = shape.elements() * Float.BYTES;
    this.pitchBytes = imagePitch * Float.BYTES;
  }

  /** Returns an input's, if it can be copied so. */
  static Optional<DirectCopy> ofInput(Staging staging, DeviceMemory memory) {
    Placement home = staging.destination();
    return staging.guards().isEmpty() && home.isDense()
        ? Optional.of(new DirectCopy(memory.address(home), home.shape(), home.imagePitch()))
        : Optional.empty();
  }

  /** Returns an output's, if it can be copied so. */
  static Optional<DirectCopy> ofOutput(Source output, DeviceMemory memory) {
    Placement home = output.placement();
    Optional<Window> window =
        output.map() instanceof NormalMap map ? map.asWindow() : Optional.empty();
    return window
        .filter(_ -> home.isDense())
        .map(
            channels ->
                new DirectCopy(
                    memory.address(home.plane(channels.first())),
                    output.map().shape(),
                    home.imagePitch()));
  }

  /** Looks whether a caller's map is in given memory, if it is another map than in the last run. */
  @SuppressWarnings("ReferenceEquality") // Another map of the same memory is looked at again.
  void bind(FeatureMap map, GivenMemory given) {
    if (map == last) {
      return;
    }
    boolean whole = map.map() instanceof NormalMap normal && normal.isIdentity();
    bound = whole && given.holds(map) ? images(map.segment(), map.batch()) : null;
    last = map;
  }

  private MemorySegment[] images(MemorySegment segment, int batch) {
    if (imageBytes == pitchBytes) {
      return new MemorySegment[] {segment};
    }
    MemorySegment[] images = new MemorySegment[batch];
    for (int i = 0; i < batch; i++) {
      images[i] = segment.asSlice(i * imageBytes, imageBytes);
    }
    return images;
  }

  /** Returns whether the map of this run is in given memory. */
  boolean isBound() {
    return bound != null;
  }

  /** Copies the caller's images to the device, when the stream comes so far. */
  void upload(CudaStream stream) {
    MemorySegment[] images = bound;
    for (int i = 0; images != null && i < images.length; i++) {
      stream.upload(images[i], address + i * pitchBytes, images[i].byteSize());
    }
  }

  /** Copies the images to the caller, when the stream comes so far. */
  void download(CudaStream stream) {
    MemorySegment[] images = bound;
    for (int i = 0; images != null && i < images.length; i++) {
      stream.download(address + i * pitchBytes, images[i], images[i].byteSize());
    }
  }
}
