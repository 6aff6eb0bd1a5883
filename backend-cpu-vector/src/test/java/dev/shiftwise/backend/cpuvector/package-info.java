@NullMarked
package dev.shiftwise.backend.cpuvector;

import org.jspecify.annotations.NullMarked;
