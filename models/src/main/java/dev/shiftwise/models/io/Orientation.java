package dev.shiftwise.models.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteOrder;
import javax.imageio.stream.ImageInputStream;

/**
 * How a camera was held, as a JPEG file notes it: the tag {@code Orientation} of EXIF, in the first
 * directory of a TIFF structure in the segment APP1. Whatever is odd about it means upright.
 */
final class Orientation {
  private static final int UPRIGHT = 1;
  private static final int START = 0xffd8;
  private static final int SCAN = 0xffda;
  private static final int APP1 = 0xffe1;
  private static final long EXIF = 0x457869660000L; // "Exif", 0, 0
  private static final int LITTLE_ENDIAN = 0x4949;
  private static final int BIG_ENDIAN = 0x4d4d;
  private static final int TIFF = 42;
  private static final int TAG = 0x0112;
  private static final int SHORT = 3;
  private static final int ENTRY_BYTES = 12;

  private Orientation() {}

  /** Returns 1 to 8; 1 for files of other formats. Leaves the stream anywhere, in network order. */
  static int of(ImageInputStream in) throws IOException {
    in.setByteOrder(ByteOrder.BIG_ENDIAN);
    in.seek(0);
    try {
      return in.length() < 2 || in.readUnsignedShort() != START ? UPRIGHT : inSegments(in);
    } catch (EOFException e) {
      return UPRIGHT; // its decoder will say what is wrong with it
    } finally {
      in.setByteOrder(ByteOrder.BIG_ENDIAN);
    }
  }

  private static int inSegments(ImageInputStream in) throws IOException {
    while (true) {
      int marker = in.readUnsignedShort();
      if (marker <= 0xff00 || marker == SCAN) {
        return UPRIGHT;
      }
      if (marker == 0xffff) { // a byte of filling
        in.seek(in.getStreamPosition() - 1);
        continue;
      }
      long end = in.getStreamPosition() + in.readUnsignedShort();
      if (marker == APP1 && ((long) in.readInt() << 16 | in.readUnsignedShort()) == EXIF) {
        return inTiff(in, end);
      }
      in.seek(end);
    }
  }

  private static int inTiff(ImageInputStream in, long end) throws IOException {
    long start = in.getStreamPosition();
    switch (in.readUnsignedShort()) {
      case LITTLE_ENDIAN -> in.setByteOrder(ByteOrder.LITTLE_ENDIAN);
      case BIG_ENDIAN -> in.setByteOrder(ByteOrder.BIG_ENDIAN);
      default -> {
        return UPRIGHT;
      }
    }
    if (in.readUnsignedShort() != TIFF) {
      return UPRIGHT;
    }
    in.seek(start + in.readUnsignedInt());
    int entries = in.readUnsignedShort();
    for (long at = in.getStreamPosition(); entries-- > 0 && at + ENTRY_BYTES <= end; ) {
      in.seek(at);
      if (in.readUnsignedShort() == TAG
          && in.readUnsignedShort() == SHORT
          && in.readUnsignedInt() == 1) {
        int orientation = in.readUnsignedShort();
        return orientation >= 1 && orientation <= 8 ? orientation : UPRIGHT;
      }
      at += ENTRY_BYTES;
    }
    return UPRIGHT;
  }
}
