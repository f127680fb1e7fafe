import type { TerminalEvent } from "./contract.ts";

/** What the hub needs of a WebSocket. */
export interface EventSocket {
  send(text: string): void;
  close(): void;
  readonly bufferedAmount: number;
}

/** A reloaded page may leave its old socket half open for a while. */
const SOCKETS_MAX = 8;
/** A page that reads nothing for so long is gone. */
const BUFFERED_BYTES_MAX = 1024 * 1024;

/** The screens that listen; a new one first gets `hello`, none is ever waited for. */
export class EventHub {
  readonly #sockets = new Set<EventSocket>();

  add(socket: EventSocket, hello: TerminalEvent): void {
    const [oldest] = this.#sockets;
    if (oldest && this.#sockets.size >= SOCKETS_MAX) this.#drop(oldest);
    this.#sockets.add(socket);
    this.#send(socket, JSON.stringify(hello));
  }

  remove(socket: EventSocket): void {
    this.#sockets.delete(socket);
  }

  tell(event: TerminalEvent): void {
    const text = JSON.stringify(event);
    for (const socket of [...this.#sockets]) this.#send(socket, text);
  }

  close(): void {
    for (const socket of [...this.#sockets]) this.#drop(socket);
  }

  #send(socket: EventSocket, text: string): void {
    if (socket.bufferedAmount > BUFFERED_BYTES_MAX) return this.#drop(socket);
    try {
      socket.send(text);
    } catch {
      // A socket that closed this moment; its page asks again when it reconnects.
      this.#drop(socket);
    }
  }

  #drop(socket: EventSocket): void {
    this.#sockets.delete(socket);
    socket.close();
  }
}
