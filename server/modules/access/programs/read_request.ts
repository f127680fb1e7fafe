import type { ProgramRequest } from "./signed_request.ts";

/** What came in, with its body read once more: the route behind still reads its own. */
export async function readProgramRequest(
  request: Request,
  from: Pick<ProgramRequest, "address" | "traceId">,
): Promise<ProgramRequest> {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    target: pathname + search,
    header: (name) => request.headers.get(name),
    body: new Uint8Array(await request.clone().arrayBuffer()),
    ...from,
  };
}
