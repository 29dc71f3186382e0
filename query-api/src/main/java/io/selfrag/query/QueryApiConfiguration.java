package io.selfrag.query;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The service: control plane and retrieval. */
@Configuration(proxyBeanMethods = false)
@Import({ControlPlaneConfiguration.class, RetrievalConfiguration.class})
public class QueryApiConfiguration {}
