# syntax=docker/dockerfile:1
# One image a service: docker build --build-arg MODULE=query-api --build-arg PORT=8020 -t selfrag/query-api .
FROM eclipse-temurin:25-jdk AS build
ARG MODULE
WORKDIR /source
COPY . .
RUN --mount=type=cache,target=/root/.m2 ./mvnw -q -B -Dquick -Pimages -pl "$MODULE" -am package \
 && cp "$MODULE/target/$MODULE-exec.jar" service.jar \
 && java -Djarmode=tools -jar service.jar extract --layers --destination /layers

FROM eclipse-temurin:25-jre AS service
ARG PORT=8020
# The port that the health check asks; which one the service listens on is its own setting.
ENV HEALTH_PORT=$PORT
WORKDIR /app
RUN useradd --system --uid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin selfrag \
 && install -d -o selfrag -g selfrag /data
COPY deploy/image/ ./
# What changes least comes first: libraries, then our own jars and the service.
COPY --from=build /layers/dependencies/ ./
COPY --from=build /layers/snapshot-dependencies/ ./
COPY --from=build /layers/application/ ./
# A start as far as it goes without stores leaves a cache of loaded and linked classes for all later ones.
RUN ./train
USER 10001:10001
VOLUME /data
EXPOSE $PORT
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=90s --retries=3 CMD ["/app/healthy"]
ENTRYPOINT ["/app/run"]
