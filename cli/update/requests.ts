import { removeDurably } from "../../terminal/releases/durable.ts";
import { REQUEST_NAMES } from "../../terminal/releases/layout.ts";
import { type UpdateRequest, updateRequestSchema } from "../../terminal/releases/requests.ts";
import type { UpdateDeps } from "./deps.ts";

const REQUEST_BYTES_MAX = 4_096;

export type FoundRequest =
  | { readonly kind: "none" }
  | { readonly kind: "malformed" }
  | { readonly kind: "request"; readonly request: UpdateRequest };

/** The terminal's word: parsed, and otherwise not believed. */
export async function readRequest(deps: Pick<UpdateDeps, "requests">): Promise<FoundRequest> {
  const path = requestPath(deps);
  const info = await Deno.lstat(path).catch(() => null);
  if (!info) return { kind: "none" };
  if (!info.isFile || info.size > REQUEST_BYTES_MAX) return { kind: "malformed" };
  try {
    const request = updateRequestSchema.parse(JSON.parse(await Deno.readTextFile(path)));
    return { kind: "request", request };
  } catch (thrown) {
    if (thrown instanceof Deno.errors.PermissionDenied) throw thrown;
    return { kind: "malformed" };
  }
}

/** Only after what came of it is written: a request that was cut short is done again. */
export async function dropRequest(deps: Pick<UpdateDeps, "requests">): Promise<void> {
  await removeDurably(requestPath(deps));
}

function requestPath({ requests }: Pick<UpdateDeps, "requests">): string {
  return `${requests}/${REQUEST_NAMES.request}`;
}
