import type { TerminalState } from "./terminal.ts";

export interface FleetTables {
  terminal: { id: string; number: string; institution_id: string; state: TerminalState };
  staff_call: {
    id: string;
    at: Date;
    institution_id: string;
    terminal_id: string;
    reason: string;
    order_id: string | null;
  };
}

export const FLEET_PARTITIONED = ["staff_call"] as const;
