package io.selfrag.standalone.doctor;

import java.util.List;

/** Looks at one part of a system and changes nothing. */
interface Look {
  /** What it looks at, in a word. */
  String what();

  /** @throws Exception why it could not look */
  List<Finding> findings() throws Exception;
}
