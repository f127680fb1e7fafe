import { createModel, type Model } from "@preact/signals";
import type { HoldsReply } from "../../../server/modules/ledger/contract.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type Loaded, loaded } from "../loaded.ts";

export interface HoldsFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  readonly holds: Loaded<HoldsReply>;
  now(): number;
}

/** Looked at only: the platform goes on with each by itself. */
export const HoldsModel = createModel(function holds({ port, timers }: PageContext): HoldsFlow {
  const open = loaded(() => port.call("GET /holds", {}));
  return {
    holds: open,
    now: () => timers.now(),
    show(): void {
      void open.reload();
    },
  };
});

export type HoldsModelInstance = Model<HoldsFlow>;
