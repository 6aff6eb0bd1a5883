/** Tests of the page, some of them in a browser. */
@NullMarked
package dev.shiftwise.bench.page;

import org.jspecify.annotations.NullMarked;
