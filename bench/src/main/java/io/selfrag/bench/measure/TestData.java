package io.selfrag.bench.measure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the folder of public test data that {@code SELFRAG_TEST_DATA} names. */
public final class TestData {
  private static final JsonMapper JSON = JsonMapper.shared();

  private TestData() {}

  /** The folder, whether it is there or not. */
  public static Path folder() {
    var named = System.getenv("SELFRAG_TEST_DATA");
    return named == null || named.isBlank()
        ? Path.of(System.getProperty("selfrag.home", ".")).resolve("../shared/data").normalize()
        : Path.of(named);
  }

  /** Texts by path: every regular file of a folder or of a {@code .tar.gz}, in the order of the paths. */
  public static Map<String, byte[]> documents(Path source) {
    var documents = new TreeMap<String, byte[]>();
    try {
      if (Files.isDirectory(source)) {
        try (var files = Files.walk(source)) {
          for (Path file : files.filter(Files::isRegularFile).toList()) {
            documents.put(source.relativize(file).toString(), Files.readAllBytes(file));
          }
        }
      } else {
        try (var tar = new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(source)))) {
          for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            if (entry.isFile()) {
              documents.put(entry.getName(), tar.readAllBytes());
            }
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return documents;
  }

  /** One object a line, gzipped or not. */
  static List<JsonNode> lines(Path file) {
    var lines = new ArrayList<JsonNode>();
    try (var in = Files.newInputStream(file);
        var text = new BufferedReader(new InputStreamReader(
            file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in, StandardCharsets.UTF_8))) {
      for (String line = text.readLine(); line != null; line = text.readLine()) {
        if (!line.isBlank()) {
          lines.add(JSON.readTree(line));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines;
  }

  /** Judgements: query to documents and their grades. */
  static Map<String, Map<String, Integer>> judgements(Path file) {
    var all = new LinkedHashMap<String, Map<String, Integer>>();
    try {
      for (String line : Files.readAllLines(file)) {
        var cells = line.split("\t");
        if (cells.length == 3 && !cells[0].equals("query-id")) {
          all.computeIfAbsent(cells[0], _ -> new LinkedHashMap<>()).put(cells[1], Integer.valueOf(cells[2].strip()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }
}
