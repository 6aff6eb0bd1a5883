package dev.shiftwise.models;

import dev.shiftwise.models.io.ModelFormatException;
import dev.shiftwise.models.io.SafetensorsFile;
import dev.shiftwise.models.networks.Architecture;
import dev.shiftwise.models.networks.Weights;
import dev.shiftwise.network.BatchNorm;
import dev.shiftwise.network.Filter;
import dev.shiftwise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Weights from a safetensors file. What does not fit is noted rather than thrown, and zeros stand
 * in for it, so that {@link #requireFit} can name everything that is wrong at once.
 *
 * <p>A batch normalisation is folded already if the file has none of its tensors; the convolution
 * then wants a bias. Ones at the end of a weight's sizes, as PyTorch's {@code Conv2d} has them and
 * a {@code Linear} not, count as absent. PyTorch's counters {@code *.num_batches_tracked} are
 * passed over. Used by one thread at a time.
 */
public final class FileWeights implements Weights {
  private static final int MOST_FAULTS_TOLD = 20;
  private static final String COUNTER = ".num_batches_tracked";

  private final SafetensorsFile file;
  private final Set<String> used = new HashSet<>();
  private final List<String> faults = new ArrayList<>();
  private final Zeros zeros = new Zeros();
  private final boolean impatient;

  /** The first fault, of which recognition needs no more. */
  private static final class Misfit extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Misfit(String fault) {
      super(fault, null, false, false);
    }
  }

  /** Reads from an open file, which must stay open until the network has been compiled. */
  public FileWeights(SafetensorsFile file) {
    this(file, false);
  }

  private FileWeights(SafetensorsFile file, boolean impatient) {
    this.file = file;
    this.impatient = impatient;
  }

  /** Says whether a file holds what an architecture asks for, and nothing else. */
  static boolean fits(SafetensorsFile file, Architecture architecture) {
    FileWeights weights = new FileWeights(file, true);
    try {
      architecture.network(weights, architecture.border());
    } catch (Misfit e) {
      return false;
    }
    return weights.faults().isEmpty();
  }

  @Override
  public Filter normalised(String layer, String norm, double epsilon, long... dimensions) {
    Tensor weight = take(Weights.weight(layer), dimensions);
    long outputs = dimensions[0];
    if (isFolded(norm)) {
      return Filter.of(weight, take(Weights.bias(layer), outputs));
    }
    BatchNorm batchNorm =
        new BatchNorm(
            take(Weights.weight(norm), outputs),
            take(Weights.bias(norm), outputs),
            take(Weights.mean(norm), outputs),
            take(Weights.variance(norm), outputs),
            epsilon);
    return new Filter(weight, optionalBias(layer, outputs), batchNorm);
  }

  @Override
  public Filter biased(String layer, long... dimensions) {
    return Filter.of(
        take(Weights.weight(layer), dimensions), take(Weights.bias(layer), dimensions[0]));
  }

  @Override
  public Filter plain(String layer, long... dimensions) {
    return Filter.of(take(Weights.weight(layer), dimensions));
  }

  /**
   * Refuses the file if a tensor asked for is missing or has another shape or type, or if it holds
   * a tensor that nobody asked for.
   *
   * @param architecture what asked for them, for the message
   * @throws ModelFormatException that names every such tensor
   */
  public void requireFit(String architecture) throws ModelFormatException {
    List<String> all = faults();
    if (all.isEmpty()) {
      return;
    }
    List<String> told = all.subList(0, Math.min(MOST_FAULTS_TOLD, all.size()));
    String more = all.size() > told.size() ? "; and " + (all.size() - told.size()) + " more" : "";
    throw new ModelFormatException(
        file.name(),
        "tensors",
        String.join("; ", told) + more,
        "those of " + architecture + " and no others");
  }

  private List<String> faults() {
    List<String> all = new ArrayList<>(faults);
    for (String name : file.entries().keySet()) {
      if (!used.contains(name) && !name.endsWith(COUNTER)) {
        all.add(name + " unexpected");
      }
    }
    return all;
  }

  private boolean isFolded(String norm) {
    return Stream.of(
            Weights.weight(norm), Weights.bias(norm), Weights.mean(norm), Weights.variance(norm))
        .noneMatch(file.entries()::containsKey);
  }

  private @Nullable Tensor optionalBias(String layer, long outputs) {
    String name = Weights.bias(layer);
    return file.entries().containsKey(name) ? take(name, outputs) : null;
  }

  private Tensor take(String name, long... dimensions) {
    List<Long> wanted = Arrays.stream(dimensions).boxed().toList();
    SafetensorsFile.Entry entry = file.entries().get(name);
    used.add(name);
    if (entry == null) {
      return standIn(name + " missing (wanted " + wanted + ")", dimensions);
    }
    if (!withoutOnes(entry.shape()).equals(withoutOnes(wanted))) {
      return standIn(name + " " + entry.shape() + " (wanted " + wanted + ")", dimensions);
    }
    try {
      return new Tensor(file.tensor(name).data(), wanted);
    } catch (ModelFormatException e) {
      return standIn(name + " " + e.found() + " (wanted " + e.wanted() + ")", dimensions);
    }
  }

  private Tensor standIn(String fault, long... dimensions) {
    if (impatient) {
      throw new Misfit(fault);
    }
    faults.add(fault);
    return zeros.tensor(dimensions);
  }

  private static List<Long> withoutOnes(List<Long> sizes) {
    int end = sizes.size();
    while (end > 1 && sizes.get(end - 1) == 1) {
      end--;
    }
    return sizes.subList(0, end);
  }
}
