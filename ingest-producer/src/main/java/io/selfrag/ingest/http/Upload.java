package io.selfrag.ingest.http;

import io.selfrag.ingest.single.Original;
import java.util.List;
import java.util.Map;

/** A form with one file, read to its end. */
record Upload(Map<String, List<String>> fields, Original original) {}
