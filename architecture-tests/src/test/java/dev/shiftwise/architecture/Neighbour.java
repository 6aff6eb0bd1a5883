package dev.shiftwise.architecture;

/** What {@link dev.shiftwise.architecture.samples.Careless} depends on, against the rules. */
public interface Neighbour {}
