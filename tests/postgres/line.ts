/** A line to a TCP server that a test can cut and mend. */
export class Line implements AsyncDisposable {
  readonly port: number;
  readonly #listener: Deno.TcpListener;
  readonly #target: number;
  readonly #open = new Set<Deno.TcpConn>();
  readonly #accepting: Promise<void>;
  #cut = false;

  constructor(target: number) {
    this.#target = target;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.port = this.#listener.addr.port;
    this.#accepting = this.#accept();
  }

  cut(): void {
    this.#cut = true;
    for (const connection of this.#open) close(connection);
    this.#open.clear();
  }

  mend(): void {
    this.#cut = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#listener.close();
    await this.#accepting;
  }

  async #accept(): Promise<void> {
    const joined: Promise<void>[] = [];
    for await (const near of this.#listener) {
      if (this.#cut) close(near);
      else joined.push(this.#join(near));
    }
    await Promise.all(joined);
  }

  async #join(near: Deno.TcpConn): Promise<void> {
    const far = await Deno.connect({ hostname: "127.0.0.1", port: this.#target });
    this.#open.add(near).add(far);
    await Promise.allSettled([
      near.readable.pipeTo(far.writable),
      far.readable.pipeTo(near.writable),
    ]);
    for (const end of [near, far]) {
      this.#open.delete(end);
      close(end);
    }
  }
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.BadResource)) throw thrown;
  }
}
