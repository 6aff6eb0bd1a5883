/** Results of one or several machines as a page that needs nothing else. */
@NullMarked
package dev.shiftwise.bench.page;

import org.jspecify.annotations.NullMarked;
