/** Views of feature maps: channel shift, address shift and window as pure address arithmetic. */
@NullMarked
package dev.shiftwise.view;

import org.jspecify.annotations.NullMarked;
