package dev.shiftwise.models.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.shiftwise.models.Model;
import dev.shiftwise.models.Models;
import dev.shiftwise.models.io.ModelFormatException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Models that others exported and one of this library, damaged at random but the same way in every
 * run: each is read, or ends in one of the two exceptions that say so, soon and in little memory.
 */
@Timeout(60)
final class DamagedModelsTest {
  private static final int SMALL = 16 * 1024;

  /** What became of a number of files. */
  private record Outcomes(int read, int broken, int refused) {}

  /** Shifts as exporters write them: constants, slices and pads. */
  private static byte[] shifting() {
    try (Model model = Models.random("addressnet-20", 6)) {
      return OnnxExport.toBytes(model.network(), OnnxExport.Shifts.SLICED);
    }
  }

  private static Outcomes damage(
      byte[] model, int rounds, long seed, BiFunction<byte[], Random, byte[]> how) {
    return damage(
        model, OnnxOptions.none().withSize("x[2]", 48).withSize("x[3]", 192), rounds, seed, how);
  }

  private static Outcomes damage(
      byte[] model,
      OnnxOptions sizes,
      int rounds,
      long seed,
      BiFunction<byte[], Random, byte[]> how) {
    Random random = new Random(seed);
    int read = 0;
    int broken = 0;
    int refused = 0;
    for (int round = 0; round < rounds; round++) {
      byte[] damaged = how.apply(model.clone(), random);
      long before = allocated();
      try (OnnxModel made = OnnxModel.of("model", MemorySegment.ofArray(damaged), sizes)) {
        read += made.network().nodes().isEmpty() ? 0 : 1;
      } catch (ModelFormatException e) {
        broken++;
        assertEquals(1, String.valueOf(e.getMessage()).lines().count());
      } catch (OnnxUnsupportedException e) {
        refused++;
        assertEquals(1, String.valueOf(e.getMessage()).lines().count());
      } catch (IllegalArgumentException e) {
        // The damage took the dimension away whose size is given.
        refused++;
        assertTrue(String.valueOf(e.getMessage()).startsWith("size: "), e::toString);
      } catch (IOException | RuntimeException | Error e) {
        throw new AssertionError("seed " + seed + ", round " + round, e);
      }
      long bytes = allocated() - before;
      assertTrue(bytes < 1L << 30, "seed " + seed + ", round " + round + ": " + bytes + " bytes");
    }
    return new Outcomes(read, broken, refused);
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  // Most bytes of a model are weights, which may have any value: the rest stands at its ends and
  // around names, which are text.
  private static int structural(byte[] model, Random random) {
    for (int attempt = 0; attempt < 1000; attempt++) {
      int at = random.nextInt(model.length);
      int text = 0;
      for (int i = Math.max(0, at - 12); i < Math.min(model.length, at + 12); i++) {
        text += model[i] >= ' ' && model[i] < 127 ? 1 : 0;
      }
      if (text >= 14) {
        return at;
      }
    }
    return random.nextInt(Math.min(model.length, SMALL));
  }

  private static byte[] flipped(byte[] model, Random random) {
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      model[structural(model, random)] ^= (byte) (1 << random.nextInt(8));
    }
    return model;
  }

  private static byte[] overwritten(byte[] model, Random random) {
    int at = structural(model, random);
    for (int i = at; i < Math.min(model.length, at + 1 + random.nextInt(10)); i++) {
      // Long numbers and lengths, as they stand in front of fields.
      model[i] = (byte) (0x80 | random.nextInt(256));
    }
    return model;
  }

  private static byte[] truncated(byte[] model, Random random) {
    return Arrays.copyOf(model, random.nextInt(model.length));
  }

  /** Two stretches of equal length change places: names, dimensions, attributes, whole nodes. */
  private static byte[] swapped(byte[] model, Random random) {
    int length = 1 + random.nextInt(24);
    int one = Math.min(structural(model, random), model.length - length);
    int other = Math.min(structural(model, random), model.length - length);
    byte[] kept = Arrays.copyOfRange(model, one, one + length);
    System.arraycopy(model, other, model, one, length);
    System.arraycopy(kept, 0, model, other, length);
    return model;
  }

  private static byte[] cutOut(byte[] model, Random random) {
    int from = structural(model, random);
    int to = Math.min(model.length, from + 1 + random.nextInt(40));
    byte[] rest = Arrays.copyOf(model, model.length - (to - from));
    System.arraycopy(model, to, rest, from, model.length - to);
    return rest;
  }

  private static void requireAllKinds(Outcomes outcomes) {
    assertTrue(outcomes.read() > 0 && outcomes.broken() > 0, outcomes::toString);
  }

  @Test
  void bytesFlipped() throws IOException {
    requireAllKinds(damage(TextDirectionTest.model(), 150, 1, DamagedModelsTest::flipped));
  }

  @Test
  void bytesOverwritten() throws IOException {
    requireAllKinds(damage(TextDirectionTest.model(), 150, 2, DamagedModelsTest::overwritten));
  }

  @Test
  void stretchesSwapped() throws IOException {
    requireAllKinds(damage(TextDirectionTest.model(), 100, 3, DamagedModelsTest::swapped));
  }

  @Test
  void bytesOfShiftsFlipped() throws IOException {
    requireAllKinds(damage(shifting(), OnnxOptions.none(), 50, 6, DamagedModelsTest::flipped));
  }

  @Test
  void stretchesCutOut() throws IOException {
    damage(TextDirectionTest.model(), 100, 4, DamagedModelsTest::cutOut);
  }

  @Test
  void filesCutOff() throws IOException {
    assertEquals(
        new Outcomes(0, 100, 0),
        damage(TextDirectionTest.model(), 100, 5, DamagedModelsTest::truncated));
  }
}
