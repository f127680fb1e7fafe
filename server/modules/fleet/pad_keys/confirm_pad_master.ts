import { DomainError } from "../../../platform/errors.ts";
import type { Actor } from "../../audit/actor.ts";
import { activatePadKeys } from "./activate_pad_keys.ts";
import type { IssuePadKeysDeps } from "./issue_pad_keys.ts";
import { selectPadKeys } from "./store.ts";

interface Seen {
  readonly terminalId: string;
  readonly actor: Actor;
  /** As the pad showed it: 6 to 16 digits in hex. */
  readonly checkValue: string;
}

/**
 * The pad holds the master that was made last, by the check value it showed: it counts from now on,
 * and the terminal gets work keys under it. By another person than the one who had it made.
 */
export async function confirmPadMaster(
  deps: Pick<IssuePadKeysDeps, "db" | "clock" | "audit">,
  { terminalId, actor, checkValue }: Seen,
): Promise<number> {
  const known = await selectPadKeys(deps.db, terminalId);
  const master = known.findLast(({ purpose, state }) =>
    purpose === "master" && state === "pending"
  );
  if (!master) {
    throw new DomainError(
      "fleet.no_pending_master",
      "Cannot confirm a master: none waits for the pad",
    );
  }
  if (!master.checkValue.toHex().startsWith(checkValue.toLowerCase())) {
    throw new DomainError(
      "fleet.wrong_check_value",
      `Cannot confirm a master with check value ${checkValue}: it is another one`,
    );
  }
  if (master.created.by === actor.name) {
    throw new DomainError(
      "fleet.same_person",
      `Cannot confirm a master by "${actor.name}": expected another person than who made it`,
    );
  }
  const { version } = master;
  await activatePadKeys(deps, { terminalId, actor }, {
    purposes: ["master"],
    version,
    event: "fleet.pad_master_loaded",
  });
  return version;
}
