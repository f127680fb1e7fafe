import { systemActor } from "./modules/audit/actor.ts";
import type { AuditEvent } from "./modules/audit/event.ts";
import { reasonOf } from "./platform/errors.ts";
import { RELEASE } from "./platform/release.ts";
import type { OwnCheck } from "./platform/release/own_release.ts";
import { troubleLines } from "./platform/release/trouble_text.ts";
import type { Services } from "./services.ts";

const TROUBLES_CHARACTERS_MAX = 2_000;

/** What a process found of its own files (8.1.4.6). A database that is gone only costs the event. */
export async function recordRelease(
  { platform: { db, log }, audit }: Services,
  check: OwnCheck,
): Promise<void> {
  const event = releaseEvent(check);
  try {
    await db.transaction().execute((tx) => audit.record(tx, systemActor("serve"), [event]));
  } catch (thrown) {
    log.error("Audit trail not told", { kind: event.kind, why: reasonOf(thrown) });
  }
}

export function releaseEvent({ verification, manifest, signers, troubles }: OwnCheck): AuditEvent {
  const objectId = manifest?.version ?? RELEASE.version;
  const [first] = troubles;
  if (manifest && !first) {
    return {
      kind: "platform.release_verified",
      result: "succeeded",
      objectId,
      fields: {
        counter: manifest.counter,
        commit: manifest.commit,
        signers: signers.map(({ signer }) => signer).join("、"),
        files: manifest.files.length,
      },
    };
  }
  const text = troubles.flatMap(troubleLines).join("；");
  const files = troubles.find((trouble) => trouble.kind === "files")?.differences.count ?? null;
  return {
    kind: "platform.release_refused",
    result: "failed",
    ...(first && { reason: first.kind }),
    objectId,
    fields: { verification, troubles: text.slice(0, TROUBLES_CHARACTERS_MAX), files },
  };
}
