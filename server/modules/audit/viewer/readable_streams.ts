import type { Expression } from "kysely";

/** What a reader may see: given by whoever knows rights, as part of the question. */
export interface ReadableStreams {
  /** A query for ids of organisations, as a scalar. */
  readonly organisations: Expression<string>;
  /** Also of what belongs to the platform itself. */
  readonly platform: boolean;
}
