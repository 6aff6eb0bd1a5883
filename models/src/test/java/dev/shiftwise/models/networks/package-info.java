@NullMarked
package dev.shiftwise.models.networks;

import org.jspecify.annotations.NullMarked;
