package io.selfrag.query;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The service: control plane, what operators decide while it runs, retrieval and answers. */
@Configuration(proxyBeanMethods = false)
@Import({ControlPlaneConfiguration.class, SystemConfigConfiguration.class, RetrievalConfiguration.class,
    GenerationConfiguration.class})
public class QueryApiConfiguration {}
