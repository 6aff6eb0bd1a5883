package dev.shiftwise.bench;

import dev.shiftwise.network.Network;

/**
 * One of the ways that a comparison times.
 *
 * @param name unique in the comparison
 * @param network a network of one input and one output, which is timed as a whole
 */
public record Variant(String name, Network network) {}
