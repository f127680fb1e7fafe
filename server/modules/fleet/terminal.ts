export type TerminalState = "active" | "suspended" | "retired";

/** One self-service terminal (终端) of the register (R-TOM-01). */
export interface Terminal {
  readonly id: string;
  /** The short number on the cabinet. */
  readonly number: string;
  readonly institutionId: string;
  readonly state: TerminalState;
}
