import { developmentSealer } from "../server/platform/development_sealer.ts";
import type { Sealer } from "../server/platform/sealer.ts";

/** A sealer under an all-zero key; equal in every test process. */
export function testSealer(): Sealer {
  return developmentSealer(new Uint8Array(32));
}
