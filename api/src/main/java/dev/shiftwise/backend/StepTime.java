package dev.shiftwise.backend;

/**
 * What one step of a network took.
 *
 * @param step the node's name
 * @param operator the operator's name
 * @param calls how often it ran
 * @param nanos the time of all calls together
 */
public record StepTime(String step, String operator, long calls, long nanos) {}
