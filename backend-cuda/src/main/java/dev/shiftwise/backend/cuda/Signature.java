package dev.shiftwise.backend.cuda;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The C function behind a method, as the header of its library declares it; a test compares. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Signature {
  /** The declaration without attributes and semicolon. */
  String value();
}
