import { computed, type ReadonlySignal } from "@preact/signals";
import type { IntegrityReply } from "../../../server/protection/contract.ts";
import type { FlowContext } from "../context.ts";
import { type Loaded, loaded, valueOf } from "../loaded.ts";

/** Rows changed past the platform, as every page tells who may know of them. */
export interface RowAlarms {
  readonly integrity: Loaded<IntegrityReply>;
  /** Rows that stand out; 0 while nothing is known. */
  readonly count: ReadonlySignal<number>;
  /** With what somebody does anyway: asked by a clock alone it would keep a session alive. */
  look(): void;
  clear(): void;
}

export const LOOK_MS_MIN = 30_000;

export function rowAlarms({ port, timers }: FlowContext): RowAlarms {
  const integrity = loaded(() => port.call("GET /protection/integrity", {}));
  let lookedAt = -Infinity;
  return {
    integrity,
    count: computed(() => {
      const known = valueOf(integrity);
      if (!known) return 0;
      const rows = [...known.alarms, ...known.broken];
      return new Set(rows.map(({ table, rowId }) => `${table} ${rowId}`)).size;
    }),
    look(): void {
      if (timers.now() - lookedAt < LOOK_MS_MIN) return;
      lookedAt = timers.now();
      void integrity.refresh();
    },
    clear(): void {
      lookedAt = -Infinity;
      integrity.clear();
    },
  };
}
