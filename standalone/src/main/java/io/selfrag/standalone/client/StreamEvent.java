package io.selfrag.standalone.client;

/** An event of a streamed answer. */
public record StreamEvent(String name, String data) {}
