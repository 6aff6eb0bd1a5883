package dev.shiftwise.plan;

import dev.shiftwise.network.Value;

/**
 * Where a network input is copied to before the first step.
 *
 * @param input the input
 * @param destination where it goes
 * @param guards what is filled around it
 */
public record Staging(Value input, Placement destination, Guards guards) {}
