import type {
  DevDeviceCommand,
  DevPaper,
  DevPersonList,
  DevPhoneBody,
  DevPhoneReply,
  DevState,
} from "../../terminal/dev_contract.ts";

const RECONNECT_MS = 2_000;

/** The terminal's dev calls (`terminal/dev_contract.ts`); null when one was not done. */
export interface DockPort {
  state(): Promise<DevState | null>;
  persons(): Promise<DevPersonList | null>;
  paper(): Promise<DevPaper | null>;
  device(command: DevDeviceCommand): Promise<DevState | null>;
  network(on: boolean): Promise<DevState | null>;
  clock(jumpMs: number): Promise<DevState | null>;
  phone(body: DevPhoneBody): Promise<DevPhoneReply | null>;
  listen(changed: () => void): void;
}

export function dockPort(token: string): DockPort {
  const headers = { "x-kiosk-token": token, "content-type": "application/json" };

  async function ask<Value>(path: string, body?: unknown): Promise<Value | null> {
    try {
      const response = await fetch(`/dev${path}`, {
        headers,
        ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
      });
      return response.ok ? await response.json() : null;
    } catch {
      return null;
    }
  }

  function listen(changed: () => void): void {
    const origin = location.origin.replace(/^http/, "ws");
    const socket = new WebSocket(
      `${origin}/local/v1/events?${new URLSearchParams({ token })}`,
    );
    socket.onmessage = ({ data }) => {
      const kind = JSON.parse(String(data)).kind;
      if (kind === "dev_changed" || kind === "device") changed();
    };
    socket.onclose = () => setTimeout(() => listen(changed), RECONNECT_MS);
  }

  return {
    state: () => ask("/state"),
    persons: () => ask("/persons"),
    paper: () => ask("/paper"),
    device: (command) => ask("/devices", command),
    network: (on) => ask("/network", { on }),
    clock: (jumpMs) => ask("/clock", { jumpMs }),
    phone: (body) => ask("/phone", body),
    listen,
  };
}
