import assert from "node:assert/strict";
import { EventHub, type EventSocket } from "./event_hub.ts";
import type { TerminalEvent } from "./contract.ts";

const HELLO: TerminalEvent = { kind: "hello", devices: [], platform: "connected", dev: false };

Deno.test("EventHub greets a new screen and tells all of them", () => {
  const hub = new EventHub();
  const [first, second] = [new FakeSocket(), new FakeSocket()];
  hub.add(first, HELLO);
  hub.add(second, HELLO);
  hub.tell({ kind: "card_removed" });
  assert.deepEqual(first.kinds(), ["hello", "card_removed"]);
  assert.deepEqual(second.kinds(), ["hello", "card_removed"]);
});

Deno.test("EventHub drops a screen that reads nothing, and the oldest beyond eight", () => {
  const hub = new EventHub();
  const sockets = Array.from({ length: 9 }, () => new FakeSocket());
  for (const socket of sockets) hub.add(socket, HELLO);
  assert.deepEqual(sockets.map((socket) => socket.closed), [true, ...Array(8).fill(false)]);
  const [, stuck] = sockets;
  if (stuck) stuck.bufferedAmount = 2 * 1024 * 1024;
  hub.tell({ kind: "card_removed" });
  assert.equal(stuck?.closed, true);
  assert.deepEqual(stuck?.kinds(), ["hello"]);
});

Deno.test("EventHub goes on when a socket breaks while it is told", () => {
  const hub = new EventHub();
  const [broken, sound] = [new FakeSocket(), new FakeSocket()];
  hub.add(broken, HELLO);
  hub.add(sound, HELLO);
  broken.send = () => {
    throw new Error("closed");
  };
  hub.tell({ kind: "card_removed" });
  assert.equal(broken.closed, true);
  assert.deepEqual(sound.kinds(), ["hello", "card_removed"]);
});

class FakeSocket implements EventSocket {
  readonly sent: string[] = [];
  bufferedAmount = 0;
  closed = false;

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.closed = true;
  }

  kinds(): string[] {
    return this.sent.map((text) => JSON.parse(text).kind);
  }
}
