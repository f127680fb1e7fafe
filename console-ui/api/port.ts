import type { Answer } from "./answer.ts";
import type { Endpoints } from "./endpoints.ts";

export type EndpointName = keyof Endpoints;
export type RequestOf<Name extends EndpointName> = Endpoints[Name]["request"];
export type ReplyOf<Name extends EndpointName> = Endpoints[Name]["reply"];

/** The console's API under `/api/console/v1`, one method for all of it. */
export interface ConsolePort {
  call<Name extends EndpointName>(
    name: Name,
    request: RequestOf<Name>,
  ): Promise<Answer<ReplyOf<Name>>>;
}

/** A request as every endpoint's can be read. */
export interface WireRequest {
  /** For the `{…}` of the path. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, as `text/csv`. */
  readonly file?: Blob;
}
