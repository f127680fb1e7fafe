import { noteEvents } from "../fleet_event.ts";
import { endKeys } from "../line/store.ts";
import type { Terminal } from "../terminal.ts";
import type { ApproveTerminalDeps } from "./approve_terminal.ts";

/** The terminal's key lets nobody in any more; false when it had none. */
export async function revokeTerminal(
  { db, clock }: ApproveTerminalDeps,
  { terminal, by }: { readonly terminal: Terminal; readonly by: string },
): Promise<boolean> {
  const at = clock.now();
  return await db.transaction().execute(async (tx) => {
    if (await endKeys(tx, terminal.id, { why: "revoked", at }) === 0) return false;
    await noteEvents(tx, [{
      terminalId: terminal.id,
      kind: "line.revoked",
      severity: "warning",
      fields: {},
      actor: by,
      at,
    }]);
    return true;
  });
}
