/**
 * The networks that people compare, each as its paper or its best-known implementation has it: what
 * they are made of, with no weights of their own.
 *
 * <p>{@link dev.shiftwise.models.networks.Catalogue} lists them. A family is a record that
 * implements {@link dev.shiftwise.models.networks.Architecture}; it asks {@link
 * dev.shiftwise.models.networks.Weights} for each layer by the name that PyTorch would give it.
 */
@NullMarked
package dev.shiftwise.models.networks;

import org.jspecify.annotations.NullMarked;
