import type { Actor } from "../../audit/actor.ts";
import { noteEvents } from "../fleet_event.ts";
import { endKeys } from "../line/store.ts";
import { destroyPadKeys } from "../pad_keys/destroy_pad_keys.ts";
import type { Terminal } from "../terminal.ts";
import type { ApproveTerminalDeps } from "./approve_terminal.ts";

/**
 * The terminal's key lets nobody in any more, and its pad's keys are destroyed; false when it had no
 * key.
 */
export async function revokeTerminal(
  { db, clock, audit }: ApproveTerminalDeps,
  { terminal, actor, reason }: {
    readonly terminal: Terminal;
    readonly actor: Actor;
    readonly reason: string;
  },
): Promise<boolean> {
  const at = clock.now();
  return await db.transaction().execute(async (tx) => {
    if (await endKeys(tx, terminal.id, { why: "revoked", at }) === 0) return false;
    await noteEvents(tx, [{
      terminalId: terminal.id,
      kind: "line.revoked",
      severity: "warning",
      fields: {},
      actor: actor.name,
      at,
    }]);
    await audit.record(tx, actor, [{
      kind: "fleet.terminal_revoked",
      result: "succeeded",
      objectId: terminal.id,
      terminalId: terminal.id,
      organisationId: terminal.institutionId,
      fields: { number: terminal.number, reason },
    }]);
    await destroyPadKeys({ clock, audit }, tx, { terminalId: terminal.id, actor, why: "revoked" });
    return true;
  });
}
