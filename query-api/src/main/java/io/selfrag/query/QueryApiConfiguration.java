package io.selfrag.query;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The service: control plane, retrieval and answers. */
@Configuration(proxyBeanMethods = false)
@Import({ControlPlaneConfiguration.class, RetrievalConfiguration.class, GenerationConfiguration.class})
public class QueryApiConfiguration {}
