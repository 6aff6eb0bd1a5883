/** What a backend provides, and how one is found, chosen and run. */
@NullMarked
package dev.shiftwise.backend;

import org.jspecify.annotations.NullMarked;
