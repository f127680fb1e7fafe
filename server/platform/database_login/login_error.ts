/** Why nobody could be signed in to the database; the text is for the operator. */
export class LoginError extends Error {
  override readonly name = "LoginError";
  /** The server's SQLSTATE, Node's code of a socket, or one of ours. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What the server says does not follow its protocol: perhaps no database listens there. */
export function garbled(what: string): LoginError {
  return new LoginError("08P01", `数据库的应答不合协议（${what}）：核对地址和端口`);
}

/** The server asks for proof in a way that we do not know, or do not accept. */
export function notAccepted(message: string): LoginError {
  return new LoginError("AUTH_NOT_ACCEPTED", message);
}

/** Class 28: the server did not believe who we are, and may count how often that happens. */
export function isDenial(thrown: unknown): thrown is LoginError {
  return thrown instanceof LoginError && thrown.code.startsWith("28");
}
