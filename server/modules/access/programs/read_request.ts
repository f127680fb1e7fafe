import type { ProgramHead } from "./signed_request.ts";

/** What came in, without its body. */
export function programHead(
  request: Request,
  from: Pick<ProgramHead, "address" | "traceId">,
): ProgramHead {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    target: pathname + search,
    header: (name) => request.headers.get(name),
    ...from,
  };
}

/** Read once more: the route behind still reads its own. Whoever calls has bounded it. */
export async function programBody(request: Request): Promise<Uint8Array> {
  return new Uint8Array(await request.clone().arrayBuffer());
}
