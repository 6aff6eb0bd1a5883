package dev.shiftwise.models.networks;

import dev.shiftwise.models.networks.AddressNet.Kind;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Every network that has a name, family by family. */
public final class Catalogue {
  private Catalogue() {}

  /** Returns all of them; no two have one name. */
  public static List<Architecture> all() {
    return Stream.of(
            addressNets(Kind.SHIFT),
            addressNets(Kind.ENHANCED),
            addressNets(Kind.SHUFFLE),
            IntStream.of(1, 2, 3, 4, 8).mapToObj(ShuffleNetV1::new),
            ShuffleNetV2.all().stream(),
            Stream.of(
                new MobileNetV1(), new MobileNetV2(), MobileNetV3.large(), MobileNetV3.small()),
            Stream.of(new GhostNet()),
            Stream.of(ShiftNet.a(), ShiftNet.b(), ShiftNet.c()),
            IntStream.of(20, 56, 110).mapToObj(depth -> new ShiftResNet(depth, 6)),
            IntStream.of(20, 56).mapToObj(CifarResNet::new),
            IntStream.of(18, 34, 50).mapToObj(ResNet::of),
            Stream.of(SqueezeNet.release10(), SqueezeNet.release11()))
        .<Architecture>flatMap(family -> family)
        .toList();
  }

  private static Stream<AddressNet> addressNets(Kind kind) {
    return Stream.of(
        AddressNet.fashion(kind),
        AddressNet.cifar100(kind, 20),
        AddressNet.cifar100(kind, 32),
        AddressNet.cifar100(kind, 44),
        AddressNet.imageNet(kind));
  }
}
