package io.selfrag.bench.measure;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** A retriever as the command line names it, such as {@code hybrid:fusion=rrf,dense_weight=0.6}. */
record MeasuredRetriever(String label, String name, Map<String, Object> params) {
  private static final JsonMapper JSON = JsonMapper.shared();

  /** A comma in front of a name and its value, and not one within a value that is JSON. */
  private static final Pattern NEXT_PARAMETER = Pattern.compile(",(?=\\w+=)");

  static MeasuredRetriever parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      return new MeasuredRetriever(text, text, Map.of());
    }
    var params = new LinkedHashMap<String, Object>();
    for (String param : NEXT_PARAMETER.split(text.substring(colon + 1))) {
      int equals = param.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("\"" + param + "\" is not PARAM=VALUE");
      }
      params.put(param.substring(0, equals), value(param.substring(equals + 1)));
    }
    return new MeasuredRetriever(text, text.substring(0, colon), params);
  }

  /** JSON where it is JSON, such as a number; text otherwise. */
  private static Object value(String text) {
    try {
      return JSON.readValue(text, Object.class);
    } catch (JacksonException e) {
      return text;
    }
  }
}
