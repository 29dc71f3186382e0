# One image a service:  docker build --build-arg MODULE=query-api --build-arg PORT=8020 -t selfrag/query-api .
# And the command line: docker build --target command --build-arg MODULE=standalone -t selfrag/command .
FROM eclipse-temurin:25-jdk AS build
WORKDIR /source
COPY . .
# All at once, whichever is asked for: the images share this stage, and Maven works once for all of them.
RUN --mount=type=cache,target=/root/.m2 ./mvnw -q -B -Dquick -Dselfrag.without-tests=true -Pimages package -am \
  -pl ingest-producer,query-api,chunker-stream,embedder-worker,indexer-sink,standalone
ARG MODULE
RUN java -Djarmode=tools -jar "$MODULE/target/$MODULE-exec.jar" extract --layers --destination /layers

FROM eclipse-temurin:25-jre AS program
WORKDIR /app
RUN useradd --uid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin selfrag \
 && install -d -o selfrag -g selfrag /data /backups /state
COPY deploy/image/ ./
# What changes least comes first: libraries, then our own jars and the program.
COPY --from=build /layers/dependencies/ ./
COPY --from=build /layers/snapshot-dependencies/ ./
COPY --from=build /layers/application/ ./
STOPSIGNAL SIGTERM

# What an operator runs: backup, restore, doctor and the rest of ./selfrag, on what DATABASE_URL and --url name.
FROM program AS command
USER 10001:10001
VOLUME /backups /state
ENTRYPOINT ["/app/selfrag"]

FROM program AS service
ARG PORT=8020
# The port that the health check asks; which one the service listens on is its own setting.
ENV HEALTH_PORT=$PORT
# A start as far as it goes without stores leaves a cache of loaded and linked classes for all later ones.
RUN ./train
USER 10001:10001
VOLUME /data
EXPOSE $PORT
HEALTHCHECK --interval=10s --timeout=5s --start-period=90s --retries=3 CMD ["/app/healthy"]
ENTRYPOINT ["/app/run"]
