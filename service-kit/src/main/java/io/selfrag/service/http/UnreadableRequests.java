package io.selfrag.service.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.selfrag.schemas.ErrorCode;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.http.MediaType;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers what is no HTTP, or has larger headers than the server reads, with a problem like any other. It never becomes a request
 * that a filter could see, and the server alone would close it with an empty answer.
 */
@Sharable
final class UnreadableRequests extends ChannelInboundHandlerAdapter implements NettyServerCustomizer {
  /** What is still under way is taken in and dropped so long: closed at once, the line might be reset before the caller has the answer. */
  private static final Duration LINGER = Duration.ofMillis(300);

  private final byte[] body;

  UnreadableRequests(JsonMapper json) {
    body = json.writeValueAsBytes(Problem.of(ErrorCode.INVALID_REQUEST,
        "the request is no HTTP, or its first line or its headers are too large", null, null, false));
  }

  @Override
  public HttpServer apply(HttpServer server) {
    return server.doOnChannelInit((observer, channel, address) -> channel.pipeline()
        .addBefore(NettyPipeline.HttpTrafficHandler, UnreadableRequests.class.getName(), this));
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof HttpRequest request) || request.decoderResult().isSuccess()) {
      context.fireChannelRead(message);
      return;
    }
    ReferenceCountUtil.release(message);
    var answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
        HttpResponseStatus.valueOf(ErrorCode.INVALID_REQUEST.httpStatus()), Unpooled.wrappedBuffer(body));
    SafeAnswer.HEADERS.forEach(answer.headers()::set);
    answer.headers().set(HttpHeaderNames.CONTENT_TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length).set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    context.channel().config().setAutoRead(true);
    context.writeAndFlush(answer).addListener(
        _ -> closeLater(context));
  }

  private static void closeLater(ChannelHandlerContext context) {
    Runnable close = () -> context.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    var _ = context.executor().schedule(close, LINGER.toMillis(), TimeUnit.MILLISECONDS);
  }
}
