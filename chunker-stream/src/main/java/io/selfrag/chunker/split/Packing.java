package io.selfrag.chunker.split;

import java.util.List;

/** How one section becomes pieces. What a piece holds above its limit is cut again by the assembler. */
@FunctionalInterface
interface Packing {

  /** Stretches that together cover the section, ascending by start; they may overlap. */
  List<Range> pack(Range section, TokenIndex index, Breaks breaks);
}
