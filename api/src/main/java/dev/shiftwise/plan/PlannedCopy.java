package dev.shiftwise.plan;

/**
 * A copy that the plan could not avoid.
 *
 * @param node name of the added node
 * @param bytes bytes written for one image
 * @param reason why the reader could not take the view in place
 */
public record PlannedCopy(String node, long bytes, String reason) {}
