package dev.shiftwise.models.io;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** Damages a file's content in one to four of the ways in which files are damaged. */
public final class Mutations {
  private static final int[] TELLING = {0, 1, -1, 2, 0x7f, 0x80, Integer.MAX_VALUE, 1 << 24};

  private Mutations() {}

  /** Returns a damaged copy. */
  public static byte[] of(byte[] sound, Random random) {
    byte[] content = sound.clone();
    int damages = 1 + random.nextInt(4);
    for (int i = 0; i < damages && content.length > 8; i++) {
      content = damage(content, random);
    }
    return content;
  }

  private static byte[] damage(byte[] content, Random random) {
    // Most damage goes to the first bytes: that is where the sizes are.
    int reach = random.nextBoolean() ? Math.min(64, content.length) : content.length;
    int at = random.nextInt(reach);
    switch (random.nextInt(8)) {
      case 0 -> content[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> content[at] = (byte) random.nextInt(256);
      case 2 -> content[at] = (byte) "0123456789-,:[]{}()\"'\\.eE ".charAt(random.nextInt(26));
      case 3 -> putInt(content, Math.min(at, content.length - 4), random);
      case 4 -> {
        return Arrays.copyOf(content, at);
      }
      case 5 -> {
        return Arrays.copyOf(content, content.length + 1 + random.nextInt(64));
      }
      case 6 -> {
        return spliced(content, at, random.nextInt(1, 17), random);
      }
      default -> swap(content, at, random.nextInt(content.length));
    }
    return content;
  }

  private static void putInt(byte[] content, int at, Random random) {
    ByteBuffer.wrap(content).putInt(at, TELLING[random.nextInt(TELLING.length)]);
  }

  /** Repeats or leaves out a few bytes. */
  private static byte[] spliced(byte[] content, int at, int count, Random random) {
    int end = Math.min(content.length, at + count);
    boolean repeat = random.nextBoolean();
    int kept = repeat ? end : at;
    int resume = repeat ? at : end;
    byte[] result = Arrays.copyOf(content, kept + content.length - resume);
    System.arraycopy(content, resume, result, kept, content.length - resume);
    return result;
  }

  private static void swap(byte[] content, int a, int b) {
    byte kept = content[a];
    content[a] = content[b];
    content[b] = kept;
  }
}
