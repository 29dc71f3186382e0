package io.selfrag.chunker;

import io.selfrag.service.http.HttpConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The service in a JVM of its own, with a web server for health and metrics. */
@Configuration(proxyBeanMethods = false)
@Import({ChunkerStreamConfiguration.class, HttpConfiguration.class})
public class DeployedChunkerStreamConfiguration {}
