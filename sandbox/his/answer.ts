import type { HisRefusal } from "../../server/gateways/his/wire.ts";

export type Answer =
  | { readonly code: "ok"; readonly data: unknown }
  | { readonly code: HisRefusal; readonly message: string };

export function ok(data: unknown): Answer {
  return { code: "ok", data };
}

export function refuse(code: HisRefusal, message: string): Answer {
  return { code, message };
}
