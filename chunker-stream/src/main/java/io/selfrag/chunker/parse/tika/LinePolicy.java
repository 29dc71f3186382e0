package io.selfrag.chunker.parse.tika;

/** What the line ends inside a paragraph mean. */
enum LinePolicy {
  /** Markup: any run of white space is one space, except the line breaks that markup asks for. */
  COLLAPSE {
    @Override
    String apply(String raw) {
      var out = new StringBuilder(raw.length());
      boolean space = false;
      for (int i = 0; i < raw.length(); i++) {
        char c = raw.charAt(i);
        if (Character.isWhitespace(c) || c == '\u00A0') {
          space = true;
        } else {
          if (space && !out.isEmpty()) {
            out.append(' ');
          }
          space = false;
          out.append(c);
        }
      }
      return out.toString();
    }
  },
  /** Documents: a line end was written on purpose. */
  KEEP {
    @Override
    String apply(String raw) {
      return raw;
    }
  },
  /** Pages: a line ends where the column does; words cut by a hyphen and Chinese lines are joined. */
  JOIN_PRINTED {
    @Override
    String apply(String raw) {
      return PrintedLines.join(raw);
    }
  };

  abstract String apply(String raw);
}
