package dev.shiftwise.bench;

import dev.shiftwise.network.Network;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A whole network to be timed.
 *
 * @param name unique among those of a run
 * @param network makes it when it is its turn, lest the weights of all be there at once; of one
 *     input and one output
 * @param onnx the ONNX file that it was read from, which the peers then run as it is; else null
 */
public record BenchNetwork(String name, Supplier<Network> network, @Nullable Path onnx) {}
