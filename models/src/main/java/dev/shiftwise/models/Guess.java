package dev.shiftwise.models;

/**
 * One class that a picture may show.
 *
 * @param label the class's name
 * @param probability 0 to 1, the softmax over all classes
 */
public record Guess(String label, double probability) {}
