import { createModel, type Model } from "@preact/signals";
import type { PartyHealthReply } from "../../../server/party_health/contract.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type Loaded, loaded } from "../loaded.ts";

export interface PartiesFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  readonly health: Loaded<PartyHealthReply>;
}

/** How the lines to the outside parties do, in every process. */
export const PartiesModel = createModel(function parties({ port }: PageContext): PartiesFlow {
  const health = loaded(() => port.call("GET /parties/health", {}));
  return {
    health,
    show(): void {
      void health.reload();
    },
  };
});

export type PartiesModelInstance = Model<PartiesFlow>;
