import { type Context, Hono } from "hono";
import type { KioskDevices } from "../ffi/contract.ts";
import type { Clock } from "../server/platform/clock.ts";
import { useHand } from "./dev_hand.ts";
import type { DevState } from "./dev_contract.ts";
import type { DevOptions } from "./dev_port.ts";
import { devClockBody, devDeviceCommand, devNetworkBody, devPhoneBody } from "./dev_requests.ts";
import type { DeviceSupervisor } from "./device_supervisor.ts";
import { readBody } from "./local_requests.ts";
import type { PlatformClient } from "./platform_client.ts";
import { refuse } from "./problems.ts";

export interface DevRouteDeps {
  readonly dev: DevOptions;
  readonly devices: KioskDevices;
  readonly supervisor: DeviceSupervisor;
  readonly client: PlatformClient;
  readonly clock: Clock;
  /** Lets the dock know that it should ask again. */
  readonly tellChanged: () => void;
}

/** The dev dock's side of the terminal (`dev_contract.ts`); mounted in the dev role only. */
export function devRoutes(deps: DevRouteDeps): Hono {
  const { dev, client } = deps;
  const app = new Hono();
  app.get("/state", async (context) => context.json(await readState(deps)));
  app.get("/persons", async (context) => context.json({ persons: await dev.persons() }));
  app.get("/paper", (context) => context.json(dev.hand.paper));
  app.post("/devices", async (context) => {
    const command = await readBody(context, devDeviceCommand);
    if (command instanceof Response) return command;
    const hindrance = await useHand(dev, command);
    return hindrance ? refuseHand(hindrance) : await answerChanged(deps, context);
  });
  app.post("/network", async (context) => {
    const body = await readBody(context, devNetworkBody);
    if (body instanceof Response) return body;
    client.setLine(body.on);
    return await answerChanged(deps, context);
  });
  app.post("/clock", async (context) => {
    const body = await readBody(context, devClockBody);
    if (body instanceof Response) return body;
    dev.jumpClock(body.jumpMs);
    return await answerChanged(deps, context);
  });
  app.post("/phone", async (context) => {
    const body = await readBody(context, devPhoneBody);
    if (body instanceof Response) return body;
    return context.json(await dev.usePhone(body));
  });
  return app;
}

async function answerChanged(deps: DevRouteDeps, context: Context): Promise<Response> {
  deps.tellChanged();
  return context.json(await readState(deps));
}

async function readState(deps: DevRouteDeps): Promise<DevState> {
  const { dev, devices, supervisor, client, clock } = deps;
  const { armed } = await devices.scanner.status();
  return {
    devices: supervisor.statuses,
    card: dev.hand.card,
    printer: dev.hand.printer,
    cabinet: dev.hand.cabinet,
    scanner: { armed, want: supervisor.want },
    network: { on: client.lineOn },
    clock: { offsetMs: dev.clockOffsetMs(), now: clock.now().toISOString() },
  };
}

function refuseHand(hindrance: string): Response {
  return refuse({
    status: 409,
    code: "terminal.hand_refused",
    title: hindrance,
    retry: "never",
  });
}
