import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { LoginError } from "./login_error.ts";

/** More than any login says; whoever sends on has to wait. */
const AHEAD_BYTES_MAX = 256 * 1024;

/** Reads a socket by counts of bytes until somebody else listens to it. */
export class SocketReader {
  readonly #socket: Socket;
  #arrived = Buffer.alloc(0);
  #trouble: Error | null = null;
  #wake: () => void = () => {};
  readonly #onData = (bytes: Buffer) => {
    this.#arrived = Buffer.concat([this.#arrived, bytes]);
    if (this.#arrived.length > AHEAD_BYTES_MAX) this.#socket.pause();
    this.#wake();
  };
  readonly #onError = (thrown: Error) => {
    this.#trouble ??= thrown;
    this.#wake();
  };
  readonly #onClose = () => this.#onError(hangUp());

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", this.#onData).on("error", this.#onError).on("close", this.#onClose)
      .on("end", this.#onClose);
  }

  /** What has come is given before the trouble that came after it. */
  async take(bytes: number): Promise<Buffer> {
    while (this.#arrived.length < bytes) {
      if (this.#trouble) throw this.#trouble;
      await new Promise<void>((resume) => this.#wake = resume);
    }
    const taken = this.#arrived.subarray(0, bytes);
    this.#arrived = this.#arrived.subarray(bytes);
    if (this.#arrived.length <= AHEAD_BYTES_MAX) this.#socket.resume();
    return taken;
  }

  /** Stops listening; gives back what nobody took. The socket stands still until it is resumed. */
  release(): Buffer {
    this.#socket.pause();
    this.#socket.off("data", this.#onData).off("error", this.#onError)
      .off("close", this.#onClose).off("end", this.#onClose);
    if (this.#trouble) throw this.#trouble;
    return this.#arrived;
  }
}

function hangUp(): LoginError {
  return new LoginError("CONNECTION_CLOSED", "数据库在登录完成前断开了连接");
}
