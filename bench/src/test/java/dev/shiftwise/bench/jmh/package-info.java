/** JMH benchmarks of single operators. */
@NullMarked
package dev.shiftwise.bench.jmh;

import org.jspecify.annotations.NullMarked;
