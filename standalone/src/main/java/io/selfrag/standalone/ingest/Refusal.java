package io.selfrag.standalone.ingest;

import java.nio.file.Path;

/** A file that was not accepted, and why. */
record Refusal(Path file, String reason) {}
