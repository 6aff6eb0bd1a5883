package dev.shiftwise.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.KernelCache;
import dev.shiftwise.backend.Session;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.Displacement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Which tile is chosen, and that the choice does not matter: on whole numbers, whose sums are exact
 * in any order, all tiles give the same bits.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TilesTest {
  private static final int MULTIPROCESSORS_OF_H100 = 132;
  private static final int BATCH = 3;

  /** What all are compared with. */
  private static final List<Tile> POINTWISE = Tiles.ALL.pointwise().subList(0, 1);

  private static final List<Tile> CONVOLUTION = Tiles.ALL.convolution().subList(0, 1);

  private final List<float[]> expected = new ArrayList<>();

  private static String chosen(List<Tile> tiles, Tile.Work work) {
    return Tile.best(tiles, work, MULTIPROCESSORS_OF_H100).kernel();
  }

  @Test
  void longSumsOverManyPixelsTakeTheLargestTile() {
    Tile.Work work = new Tile.Work(1, 512, 512, 128 * 28 * 28);
    assertEquals("tiles_128x128", chosen(Tiles.ALL.pointwise(), work));
    assertEquals("convolves_128x128", chosen(Tiles.ALL.convolution(), work));
  }

  @Test
  void fewChannelsOverManyPixelsAreStreamed() {
    assertEquals(
        "streams_16", chosen(Tiles.ALL.pointwise(), new Tile.Work(4, 16, 16, 128 * 56 * 56)));
    assertEquals(
        "streams_8", chosen(Tiles.ALL.pointwise(), new Tile.Work(4, 8, 32, 128 * 56 * 56)));
  }

  @Test
  void longSumsOverFewPixelsAreSharedWithinABlock() {
    Tile.Work work = new Tile.Work(4, 192, 384, 7 * 7);
    assertEquals("tiles_32x32", chosen(Tiles.ALL.pointwise(), work));
    assertEquals("convolves_32x32", chosen(Tiles.ALL.convolution(), work));
  }

  @Test
  void kernelsMayBeNamed() {
    Tiles named = Tiles.ALL.only(List.of("tiles_64x64", "streams_8"));
    assertEquals(
        List.of("streams_8", "tiles_64x64"), named.pointwise().stream().map(Tile::kernel).toList());
    assertEquals(Tiles.ALL.convolution(), named.convolution());
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> Tiles.ALL.only(List.of("tiles_64x64", "")));
    assertTrue(
        String.valueOf(e.getMessage())
            .startsWith("shiftwise.cuda.tiles names '', wanted some of [streams_8, "),
        e.getMessage());
  }

  @Test
  void blocksCoverTheWork() {
    Tile tile = new Tile("t", 64, 128, 8, 128, 3, 0.5);
    assertEquals(2 * 3 * 4, tile.blocks(new Tile.Work(2, 130, 7, 500)));
    assertEquals(1, tile.blocks(new Tile.Work(1, 1, 1, 1)));
  }

  // ---- results ----

  private static Filter filter(Samples samples, long... dimensions) {
    long count = 1;
    for (long dimension : dimensions) {
      count *= dimension;
    }
    return Filter.of(
        Tensor.of(samples.wholeNumbers(count), dimensions),
        Tensor.of(samples.wholeNumbers(dimensions[0]), dimensions[0]));
  }

  /**
   * Convolutions whose channels and pixels fill no tile, with every guard, group and residual; the
   * last one's sum is long enough for several turns of every tile.
   */
  private static Network network(Shape shape, Border border) {
    Samples samples = new Samples(5);
    NetworkBuilder builder = Network.builder("cuts");
    Operand x = builder.input("x", shape);
    int channels = shape.channels();
    Operand first =
        builder.add(
            "first",
            new PointwiseConvolution(filter(samples, 36, channels / 4), 4, 1, Activation.RELU6),
            x);
    Operand second =
        builder.add(
            "second",
            new PointwiseConvolution(filter(samples, channels, 18), 2, 1, Activation.NONE),
            first
                .channelShift(4)
                .addressShift(
                    border,
                    Displacement.LEFT,
                    Displacement.UP,
                    Displacement.RIGHT,
                    Displacement.DOWN),
            x);
    Operand third =
        builder.add(
            "third",
            new Convolution(
                filter(samples, 2 * 39, channels / 2, 3, 2),
                2,
                new Kernel2d(3, 2, 2, 1, 1, 2, 1, 0, 2, 1),
                Activation.RELU),
            second.addressShift(
                border,
                Displacement.STAY,
                Displacement.DOWN,
                Displacement.LEFT,
                Displacement.STAY));
    builder.output(
        "y",
        builder.add(
            "fourth",
            new PointwiseConvolution(filter(samples, 131, 78), 1, 1, Activation.NONE),
            third));
    return builder.build();
  }

  private static List<float[]> results(Tiles tiles) {
    SoftwareDriver software = SoftwareDriver.fresh();
    CudaDevice device = software.look().devices().getFirst();
    List<float[]> results = new ArrayList<>();
    try (Backend backend =
        new CudaBackend(
            Descriptions.device("cuda", device), device, KernelCache.ofUser("cuda"), tiles)) {
      for (Shape shape : List.of(new Shape(40, 19, 23), new Shape(40, 8, 8), new Shape(40, 2, 3))) {
        for (Border border : Border.values()) {
          Network network = network(shape, border);
          float[] input = new Samples(6).wholeNumbers(BATCH * shape.elements());
          Shape out = network.outputs().values().iterator().next().shape();
          float[] output = new float[BATCH * (int) out.elements()];
          CompileOptions options = CompileOptions.DEFAULT.withMaxBatch(BATCH).withWarmUp(false);
          try (Session session = backend.compile(network, options)) {
            session.run(input, output);
          }
          results.add(output);
        }
      }
    }
    assertEquals("", software.log());
    return results;
  }

  static Stream<Named<Tiles>> each() {
    return Stream.concat(
        Tiles.ALL.pointwise().stream()
            .map(tile -> Named.of(tile.kernel(), new Tiles(List.of(tile), CONVOLUTION))),
        Tiles.ALL.convolution().stream()
            .map(tile -> Named.of(tile.kernel(), new Tiles(POINTWISE, List.of(tile)))));
  }

  @BeforeAll
  void compute() {
    expected.addAll(results(new Tiles(POINTWISE, CONVOLUTION)));
  }

  @ParameterizedTest
  @MethodSource("each")
  void bitsAreTheSame(Tiles tiles) {
    List<float[]> found = results(tiles);
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), found.get(i), "network " + i);
      assertTrue(isVaried(found.get(i)), "network " + i);
    }
  }

  private static boolean isVaried(float[] values) {
    float first = values[0];
    for (float value : values) {
      if (value != first) {
        return true;
      }
    }
    return false;
  }
}
