/** Where it runs: the plugin interface of backends, their selection, and the sessions users run. */
@NullMarked
package dev.shiftwise.backend;

import org.jspecify.annotations.NullMarked;
