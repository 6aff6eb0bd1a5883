package dev.shiftwise.models.onnx;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.backend.Bindings;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Probe;
import dev.shiftwise.backend.Program;
import dev.shiftwise.backend.Session;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Value;
import dev.shiftwise.plan.Capabilities;
import dev.shiftwise.plan.Layout;
import dev.shiftwise.plan.Layout.BatchOrder;
import dev.shiftwise.plan.MemoryPlan;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import dev.shiftwise.view.FeatureMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * ONNX Runtime as if it were a backend: every network that it compiles it exports and runs there.
 * So the conformance kit judges what the export writes.
 */
final class RuntimeBackend implements Backend {
  private final Device device;
  private final OnnxExport.Shifts shifts;
  private @Nullable Network compiling;

  private RuntimeBackend(Device device, OnnxExport.Shifts shifts) {
    this.device = device;
    this.shifts = shifts;
  }

  /** Offers it for one way of writing shifts. */
  record Provider(OnnxExport.Shifts shifts) implements BackendProvider {
    private static final Device DEVICE =
        new Device("onnx-runtime", "cpu", "ONNX Runtime", 1, Map.of());

    @Override
    public String name() {
      return DEVICE.backend();
    }

    @Override
    public int spiVersion() {
      return SPI_VERSION;
    }

    @Override
    public Probe probe() {
      return new Probe.Available(List.of(DEVICE));
    }

    @Override
    public Backend open(Device device) {
      return new RuntimeBackend(device, shifts);
    }
  }

  @Override
  public Device device() {
    return device;
  }

  @Override
  public Capabilities capabilities() {
    return Capabilities.ofEveryOperator();
  }

  @Override
  public Layout layout() {
    return new Layout(Float.BYTES, BatchOrder.IMAGE_BY_IMAGE, false);
  }

  /** Keeps the network for {@link #load}, which sees only the plan that was made of it. */
  @Override
  public synchronized Session compile(Network network, CompileOptions options) {
    compiling = network;
    return Backend.super.compile(network, options);
  }

  @Override
  public Program load(MemoryPlan plan, CompileOptions options) {
    Network network = Objects.requireNonNull(compiling);
    return new RuntimeProgram(network, new RuntimeSession(OnnxExport.toBytes(network, shifts)));
  }

  @Override
  public void close() {
    // Sessions hold all there is.
  }

  private record RuntimeProgram(Network network, RuntimeSession session) implements Program {

    @Override
    public void run(Bindings bindings) {
      int batch = bindings.batch();
      Map<String, Tensor> inputs = new HashMap<>();
      for (int i = 0; i < bindings.inputCount(); i++) {
        Value input = network.inputs().get(i);
        Shape shape = input.shape();
        inputs.put(
            input.name(),
            Tensor.of(
                bindings.input(i).toArray(),
                batch,
                shape.channels(),
                shape.height(),
                shape.width()));
      }
      Map<String, Tensor> outputs = session.run(inputs);
      List<String> names = List.copyOf(network.outputs().keySet());
      for (int i = 0; i < names.size(); i++) {
        FeatureMap to = bindings.output(i);
        Tensor values = outputs.get(names.get(i));
        if (values == null) {
          throw new IllegalStateException("no output '" + names.get(i) + "'");
        }
        FeatureMap.of(values.data(), batch, to.shape()).copyTo(to);
      }
    }

    @Override
    public String transfer() {
      return "copied";
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
