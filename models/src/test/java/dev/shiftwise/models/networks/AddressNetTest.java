package dev.shiftwise.models.networks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.models.RandomWeights;
import dev.shiftwise.models.networks.AddressNet.Block;
import dev.shiftwise.models.networks.AddressNet.Kind;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Node;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.AddressShift;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.ChannelShift;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressNetTest {
  private static Network network(Architecture architecture, Border border) {
    return architecture.network(new RandomWeights(1), border);
  }

  private static AddressNet named(String name) {
    return switch (name) {
      case "addressnet-imagenet" -> AddressNet.imageNet(Kind.SHIFT);
      case "addressnet-fashion" -> AddressNet.fashion(Kind.SHIFT);
      default -> AddressNet.cifar100(Kind.SHIFT, Integer.parseInt(name.replace("addressnet-", "")));
    };
  }

  // Counted by hand from the tables of SPEC section 4, the sums of AddressNet's own table among
  // them.
  @ParameterizedTest
  @CsvSource({
    "addressnet-imagenet,3703688,570968064,10838016",
    "addressnet-20,79300,11710976,884736",
    "addressnet-32,136196,19575296,884736",
    "addressnet-44,193092,27439616,884736",
    "addressnet-fashion,58282,5997312,225792",
  })
  void hasTheParametersAndMultiplyAddsOfItsTable(
      String name, long parameters, long multiplyAdds, long inTheStem) {
    Network network = network(named(name), Border.RING);
    assertEquals(name, network.name());
    assertEquals(parameters, network.parameters());
    assertEquals(multiplyAdds, network.multiplyAdds());
    Node stem = network.nodes().getFirst();
    assertTrue(stem.operator() instanceof Convolution);
    assertEquals(inTheStem, stem.operator().multiplyAdds(stem.inputShapes()));
  }

  @Test
  void meetsThePublishedFiguresOfAddressNet32() {
    Network network = network(AddressNet.cifar100(Kind.SHIFT, 32), Border.RING);
    Node stem = network.nodes().getFirst();
    long stemAdds = stem.operator().multiplyAdds(stem.inputShapes());
    assertEquals(0.14, network.parameters() / 1e6, 0.005); // published: 0.14 M
    assertEquals(37.3, 2 * (network.multiplyAdds() - stemAdds) / 1e6, 0.1); // published: 37.3
    assertEquals(39.15, 2 * network.multiplyAdds() / 1e6, 0.01);
  }

  @ParameterizedTest
  @CsvSource({
    "addressnet-imagenet,768x7x7,19",
    "addressnet-20,128x8x8,9",
    "addressnet-32,128x8x8,15",
    "addressnet-44,128x8x8,21",
    "addressnet-fashion,128x7x7,6",
  })
  void endsInTheShapeOfItsTable(String name, String lastMap, int blocks) {
    AddressNet architecture = named(name);
    Network network = network(architecture, Border.RING);
    assertEquals(blocks, architecture.blocks().size());
    assertEquals(
        new Shape(architecture.classes(), 1, 1),
        network.outputs().values().iterator().next().shape());
    Node pool =
        network.nodes().stream().filter(node -> node.name().equals("pool")).findFirst().get();
    assertEquals(lastMap, pool.inputShapes().getFirst().toString());
  }

  @ParameterizedTest
  @CsvSource({"RING", "ZERO"})
  void shiftsByTheRuleBetweenTheTwoConvolutions(Border border) {
    Network network = network(AddressNet.fashion(Kind.SHIFT), border);
    Node reduce =
        network.nodes().stream()
            .filter(node -> node.name().equals("blocks.1.pw2"))
            .findFirst()
            .get();
    // 64 channels, e = 3: 192 between the convolutions, moved by 192/8
    assertEquals(
        List.of(new ChannelShift(24), AddressShift.addressNet(border, 192)),
        reduce.inputs().getFirst().steps());
    assertEquals("blocks.0.join", reduce.inputs().get(1).value().name());
  }

  @Test
  void refusesModulesThatDoNotComeOut() {
    assertThrows(IllegalArgumentException.class, () -> new Block(32, 64, 128, 1));
    assertThrows(IllegalArgumentException.class, () -> new Block(32, 32, 128, 2));
    assertThrows(IllegalArgumentException.class, () -> new Block(32, 32, 100, 1));
    assertThrows(IllegalArgumentException.class, () -> new Block(30, 30, 128, 1));
    assertThrows(IllegalArgumentException.class, () -> AddressNet.cifar100(Kind.SHIFT, 26));
  }
}
