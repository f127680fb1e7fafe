import { removeDurably } from "../../terminal/releases/durable.ts";
import { REQUEST_FILE, REQUESTS_FOLDER } from "../../terminal/releases/layout.ts";
import { type UpdateRequest, updateRequestSchema } from "../../terminal/releases/requests.ts";
import type { UpdateDeps } from "./deps.ts";

const REQUEST_BYTES_MAX = 4_096;

export type FoundRequest =
  | { readonly kind: "none" }
  | { readonly kind: "malformed" }
  | { readonly kind: "request"; readonly request: UpdateRequest };

/** The terminal's word: parsed, and otherwise not believed. */
export async function readRequest(deps: Pick<UpdateDeps, "terminalData">): Promise<FoundRequest> {
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
export async function dropRequest(deps: Pick<UpdateDeps, "terminalData">): Promise<void> {
  await removeDurably(requestPath(deps));
}

export function requestsFolder({ terminalData }: Pick<UpdateDeps, "terminalData">): string {
  return `${terminalData}/${REQUESTS_FOLDER}`;
}

function requestPath(deps: Pick<UpdateDeps, "terminalData">): string {
  return `${requestsFolder(deps)}/${REQUEST_FILE}`;
}
