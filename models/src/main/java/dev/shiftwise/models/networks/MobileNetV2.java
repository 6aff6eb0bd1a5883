package dev.shiftwise.models.networks;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Operand;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;
import java.util.List;

/**
 * MobileNetV2 (Sandler et al., CVPR 2018, table 2) of width 1.0, as torchvision has it. The
 * addition is part of the block's last convolution.
 */
record MobileNetV2() implements Architecture {
  /** Blocks of the same expansion and output channels; the stride is the first one's. */
  private record Stage(int expansion, int out, int count, int stride) {}

  private static final List<Stage> STAGES =
      List.of(
          new Stage(1, 16, 1, 1),
          new Stage(6, 24, 2, 2),
          new Stage(6, 32, 3, 2),
          new Stage(6, 64, 4, 2),
          new Stage(6, 96, 3, 1),
          new Stage(6, 160, 3, 2),
          new Stage(6, 320, 1, 1));

  @Override
  public String name() {
    return "mobilenet_v2";
  }

  @Override
  public DataSet dataSet() {
    return DataSet.IMAGENET;
  }

  @Override
  public Network network(Weights weights, Border border, Shape image) {
    Layers layers = Layers.of(name(), weights, image);
    Conv stem = Conv.of(32, 3).stride(2).then(Activation.RELU6);
    Operand x = layers.normalised("features.0.0", "features.0.1", stem, layers.image());
    int index = 1;
    for (Stage stage : STAGES) {
      for (int i = 0; i < stage.count(); i++) {
        x = block(layers, "features." + index++, stage, i == 0 ? stage.stride() : 1, x);
      }
    }
    String last = "features." + index;
    Conv head = Conv.pointwise(1280).then(Activation.RELU6);
    x = layers.normalised(last + ".0", last + ".1", head, x);
    return layers.network(
        layers.dense("classifier.1", classes(), Activation.NONE, layers.globalPool(x)));
  }

  private static Operand block(Layers layers, String prefix, Stage stage, int stride, Operand x) {
    int in = Layers.channels(x);
    int wide = in * stage.expansion();
    int next = 0;
    Operand y = x;
    if (stage.expansion() != 1) {
      String expand = prefix + ".conv." + next++;
      Conv conv = Conv.pointwise(wide).then(Activation.RELU6);
      y = layers.normalised(expand + ".0", expand + ".1", conv, y);
    }
    String filter = prefix + ".conv." + next++;
    Conv depthwise = Conv.depthwise(wide, 3).stride(stride).then(Activation.RELU6);
    y = layers.normalised(filter + ".0", filter + ".1", depthwise, y);
    String project = prefix + ".conv." + next++;
    String norm = prefix + ".conv." + next;
    Conv conv = Conv.pointwise(stage.out());
    return stride == 1 && in == stage.out()
        ? layers.normalised(project, norm, conv, y, x)
        : layers.normalised(project, norm, conv, y);
  }
}
