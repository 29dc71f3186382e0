package io.selfrag.chunker.parse.text;

import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/** The text formats that are read as they stand, and what their lines mean. */
enum TextFormat {
  PLAIN("text/plain"),
  MARKDOWN("text/markdown"),
  ASCIIDOC("text/x-asciidoc"),
  RST("text/x-rst"),
  CODE("text/x-code"),
  CSV("text/csv"),
  TSV("text/tab-separated-values"),
  JSON("application/json"),
  JSON_LINES("application/x-ndjson");

  private static final Map<String, TextFormat> BY_EXTENSION = Map.ofEntries(Map.entry("md", MARKDOWN),
      Map.entry("mdx", MARKDOWN), Map.entry("markdown", MARKDOWN), Map.entry("mkd", MARKDOWN),
      Map.entry("adoc", ASCIIDOC),
      Map.entry("asciidoc", ASCIIDOC), Map.entry("rst", RST), Map.entry("csv", CSV), Map.entry("tsv", TSV),
      Map.entry("tab", TSV), Map.entry("json", JSON), Map.entry("jsonl", JSON_LINES), Map.entry("ndjson", JSON_LINES),
      Map.entry("txt", PLAIN), Map.entry("text", PLAIN), Map.entry("log", PLAIN), Map.entry("org", PLAIN),
      Map.entry("tex", PLAIN), Map.entry("srt", PLAIN), Map.entry("vtt", PLAIN), Map.entry("readme", PLAIN));

  private static final Map<String, TextFormat> BY_MEDIA_TYPE = Map.ofEntries(Map.entry("text/plain", PLAIN),
      Map.entry("text/markdown", MARKDOWN), Map.entry("text/x-markdown", MARKDOWN),
      Map.entry("text/x-web-markdown", MARKDOWN),
      Map.entry("text/asciidoc", ASCIIDOC), Map.entry("text/x-asciidoc", ASCIIDOC), Map.entry("text/x-rst", RST),
      Map.entry("text/prs.fallenstein.rst", RST), Map.entry("text/csv", CSV),
      Map.entry("text/tab-separated-values", TSV),
      Map.entry("application/json", JSON), Map.entry("application/x-ndjson", JSON_LINES),
      Map.entry("application/jsonl", JSON_LINES), Map.entry("application/yaml", CODE),
      Map.entry("application/x-yaml", CODE),
      Map.entry("application/javascript", CODE), Map.entry("application/x-sh", CODE),
      Map.entry("application/toml", CODE),
      Map.entry("application/sql", CODE), Map.entry("application/x-bash", CODE));

  private static final java.util.Set<String> CODE_EXTENSIONS = java.util.Set.of("java", "kt", "kts", "scala", "groovy",
      "gradle", "py", "pyi", "rb", "js", "mjs", "cjs", "jsx", "ts", "tsx", "vue", "svelte", "go", "rs", "c", "h", "cc",
      "cpp",
      "cxx", "hpp", "hh", "cs", "fs", "swift", "m", "mm", "php", "pl", "pm", "lua", "r", "jl", "sh", "bash", "zsh",
      "fish",
      "ps1", "bat", "cmd", "sql", "yaml", "yml", "toml", "ini", "cfg", "conf", "properties", "env", "proto", "graphql",
      "thrift", "avsc", "tf", "hcl", "css", "scss", "less", "dart", "ex", "exs", "erl", "hs", "clj", "cljs", "lisp",
      "el",
      "vim", "cmake", "mk", "dockerfile", "makefile", "diff", "patch");

  private final String mediaType;

  TextFormat(String mediaType) {
    this.mediaType = mediaType;
  }

  String mediaType() {
    return mediaType;
  }

  /** The format that the name or, without a known extension, the media type says; null if neither says a text format. */
  static @Nullable TextFormat of(@Nullable String fileName, @Nullable String mediaType) {
    String extension = extension(fileName);
    TextFormat named = CODE_EXTENSIONS.contains(extension) ? CODE : BY_EXTENSION.get(extension);
    if (named != null || mediaType == null) {
      return named;
    }
    String type = mediaType.toLowerCase(Locale.ROOT);
    int parameters = type.indexOf(';');
    type = (parameters < 0 ? type : type.substring(0, parameters)).strip();
    TextFormat known = BY_MEDIA_TYPE.get(type);
    boolean markup = type.equals("text/html") || type.equals("text/xml") || type.equals("text/rtf");
    return known == null && type.startsWith("text/") && !markup
        ? type.startsWith("text/x-") ? CODE : PLAIN
        : known;
  }

  /** True if neither name nor media type say more than that it may be text. */
  static boolean isUnsaid(@Nullable String fileName, @Nullable String mediaType) {
    boolean named = fileName != null && (fileName.indexOf('.') >= 0 || of(fileName, null) != null);
    return !named && (mediaType == null || mediaType.startsWith("application/octet-stream")
        || mediaType.startsWith("text/plain"));
  }

  /** The lower-case extension, or the whole name where it has none (Makefile); empty without a name. */
  static String extension(@Nullable String fileName) {
    if (fileName == null) {
      return "";
    }
    String name = fileName.substring(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
