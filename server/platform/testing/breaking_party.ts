/** A party that answers, and breaks the line at a request that says "pay". */
export class BreakingParty implements Disposable {
  readonly received: string[] = [];
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #open = new Set<Deno.Conn>();

  constructor() {
    void this.#serve();
  }

  get url(): string {
    const { addr } = this.#listener;
    return addr.transport === "tcp" ? `http://127.0.0.1:${addr.port}` : "";
  }

  /** Takes no connections any more; those that are open stay. */
  stopListening(): void {
    this.#listener.close();
  }

  [Symbol.dispose](): void {
    for (const connection of this.#open) connection.close();
  }

  async #serve(): Promise<void> {
    for await (const connection of this.#listener) {
      this.#open.add(connection);
      void this.#talk(connection).finally(() => this.#open.delete(connection));
    }
  }

  async #talk(connection: Deno.Conn): Promise<void> {
    const bytes = new Uint8Array(4_096);
    let text = "";
    for (let n = await connection.read(bytes); n !== null; n = await connection.read(bytes)) {
      text += new TextDecoder().decode(bytes.subarray(0, n));
      const said = bodyIn(text);
      if (said === null) continue;
      text = "";
      this.received.push(said);
      if (said.includes("pay")) return connection.close();
      await connection.write(ANSWER);
    }
    connection.close();
  }
}

/** The one request's body; null while some of it is missing. */
function bodyIn(text: string): string | null {
  const [head = "", said] = text.split("\r\n\r\n");
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  return said !== undefined && said.length >= length ? said : null;
}

const ANSWER = new TextEncoder().encode("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
