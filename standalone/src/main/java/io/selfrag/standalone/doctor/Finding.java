package io.selfrag.standalone.doctor;

import org.jspecify.annotations.Nullable;

/**
 * What one check came to.
 *
 * @param remedy what to do; null if nothing is to be done
 */
record Finding(String check, Level level, String said, @Nullable String remedy) {
  /** How it is. */
  enum Level {
    /** As it should be. */
    OK,
    /** Not looked at, because it is not there or was not named. */
    NONE,
    /** Will be a fault if nobody does anything. */
    WARN,
    /** Is a fault. */
    FAIL
  }

  static Finding ok(String check, String said) {
    return new Finding(check, Level.OK, said, null);
  }

  static Finding none(String check, String said, String remedy) {
    return new Finding(check, Level.NONE, said, remedy);
  }

  static Finding warn(String check, String said, String remedy) {
    return new Finding(check, Level.WARN, said, remedy);
  }

  static Finding fail(String check, String said, String remedy) {
    return new Finding(check, Level.FAIL, said, remedy);
  }

  /** As bad as the value says. */
  static Finding of(String check, boolean fails, boolean warns, String said, String remedy) {
    return fails ? fail(check, said, remedy) : warns ? warn(check, said, remedy) : ok(check, said);
  }
}
