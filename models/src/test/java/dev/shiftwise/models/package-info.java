@NullMarked
package dev.shiftwise.models;

import org.jspecify.annotations.NullMarked;
