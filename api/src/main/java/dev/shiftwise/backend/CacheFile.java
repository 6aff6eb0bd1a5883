package dev.shiftwise.backend;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;

/** What stands in a file of {@link KernelCache}: a header that proves it whole, then the blob. */
final class CacheFile {
  private static final int MAGIC = 0x53574B43;
  private static final int VERSION = 1;
  private static final int DIGEST_BYTES = 32;

  /** Magic, version, the key's digest, the blob's length and its digest. */
  static final int HEADER_BYTES = 2 * Integer.BYTES + DIGEST_BYTES + Long.BYTES + DIGEST_BYTES;

  private CacheFile() {}

  /** Returns a key's digest. Each part comes after its length, so parts cannot run together. */
  static byte[] digest(List<String> key) {
    MessageDigest digest = sha256();
    for (String part : key) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
      digest.update(bytes);
    }
    return digest.digest();
  }

  /** Returns the header that goes before a blob. */
  static byte[] header(byte[] key, byte[] blob) {
    return ByteBuffer.allocate(HEADER_BYTES)
        .putInt(MAGIC)
        .putInt(VERSION)
        .put(key)
        .putLong(blob.length)
        .put(sha256().digest(blob))
        .array();
  }

  /** Returns the blob of a file, or nothing if it is not whole or belongs to another key. */
  static Optional<byte[]> blob(byte[] key, byte[] file) {
    if (file.length < HEADER_BYTES) {
      return Optional.empty();
    }
    byte[] blob = new byte[file.length - HEADER_BYTES];
    System.arraycopy(file, HEADER_BYTES, blob, 0, blob.length);
    return ByteBuffer.wrap(header(key, blob)).equals(ByteBuffer.wrap(file, 0, HEADER_BYTES))
        ? Optional.of(blob)
        : Optional.empty();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
