package io.github.phoenixkt.testing;

/** Ends the handling of a request with an error answer. */
final class ApiError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  final transient Reply reply;

  ApiError(int status, String text) {
    this(Reply.text(status, text));
  }

  ApiError(Reply reply) {
    super(reply.status() + "", null, false, false);
    this.reply = reply;
  }

  static ApiError notFound(String text) {
    return new ApiError(404, text);
  }

  static ApiError unprocessable(String text) {
    return new ApiError(422, text);
  }

  static ApiError internal() {
    return new ApiError(Reply.internalError());
  }
}
