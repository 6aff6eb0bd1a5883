@NullMarked
package dev.shiftwise.models.io;

import org.jspecify.annotations.NullMarked;
