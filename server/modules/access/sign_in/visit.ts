import type { Context } from "hono";
import { addressOf } from "../../../platform/client_address.ts";
import { traceIdOf } from "../../../platform/http.ts";
import { agentOf, deviceHash } from "./device_hints.ts";
import type { SignInVisit } from "./sign_in_deps.ts";

export function visitOf(c: Context): SignInVisit {
  const { headers } = c.req.raw;
  return {
    deviceHash: deviceHash(headers),
    agent: agentOf(headers),
    address: addressOf(c),
    traceId: traceIdOf(c),
  };
}
