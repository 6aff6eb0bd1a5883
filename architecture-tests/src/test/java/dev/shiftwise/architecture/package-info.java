/** The rules about which module and package may use which. */
@NullMarked
package dev.shiftwise.architecture;

import org.jspecify.annotations.NullMarked;
