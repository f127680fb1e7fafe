import type { SmProvider } from "../../../../crypto/provider.ts";
import { DomainError, reasonOf } from "../../../platform/errors.ts";
import { LINE_SIGN_KEY } from "../../../platform/signed_line.ts";
import type { Caller } from "../../access/caller.ts";
import { fingerprintOf, type LineKeys } from "../line/line_keys.ts";
import {
  type CheckedRecord,
  checkRecord,
  readRecord,
  type RecordKeys,
  type SignedRecord,
} from "../retire/check_record.ts";
import { retirementFileName, retirementFileText } from "../retire/retirement_file.ts";
import { findErasure } from "../retire/store.ts";
import type { ChangeTerminalsDeps } from "./change_terminals.ts";
import type { RetirementView } from "./contract.ts";
import { getTerminalIn } from "./read_terminals.ts";
import { listKeysOfTerminal, type TerminalInScope } from "./store.ts";

export interface RetirementDeps extends ChangeTerminalsDeps {
  readonly provider: Pick<SmProvider, "sm2Verify">;
  /** Absent where the platform has no keys of its line: its countersignature is not checked then. */
  readonly lineKeys?: LineKeys;
}

interface Retirement {
  readonly terminal: TerminalInScope;
  readonly signed: SignedRecord;
  readonly keys: RecordKeys;
  readonly checked: CheckedRecord;
  readonly verdict: RetirementView["verdict"];
}

/** Null of a terminal that has not gone. */
export async function readRetirement(
  deps: RetirementDeps,
  caller: Caller,
  id: string,
): Promise<RetirementView | null> {
  const found = await findRetirement(deps, caller, id);
  if (!found) return null;
  const { terminal, verdict, checked: { record, stated, signature, countersignature } } = found;
  return {
    certificateId: stated.id,
    kind: stated.kind,
    method: stated.method,
    operator: stated.operator,
    witness: stated.witness,
    reason: stated.reason,
    recordedAt: record.recordedAt,
    recordedBy: record.recordedBy,
    platformKey: record.platformKey,
    verdict,
    signature,
    countersignature,
    fileName: retirementFileName(terminal.number),
  };
}

/** The file itself, after the audit trail has that it is taken. */
export async function takeRetirement(
  deps: RetirementDeps,
  caller: Caller,
  id: string,
): Promise<{ readonly name: string; readonly text: string }> {
  const found = await findRetirement(deps, caller, id);
  if (!found) throw new DomainError("fleet.no_certificate", "Cannot find a certificate of it");
  const { terminal, signed, keys, checked, verdict } = found;
  await deps.db.transaction().execute((tx) =>
    deps.audit.record(tx, caller.actor, [{
      kind: "fleet.certificate_downloaded",
      result: "succeeded",
      objectId: id,
      terminalId: id,
      organisationId: terminal.institution_id,
      fields: { number: terminal.number, certificateId: checked.stated.id, verdict },
    }])
  );
  return { name: retirementFileName(terminal.number), text: retirementFileText(signed, keys) };
}

async function findRetirement(
  { db, provider, lineKeys }: RetirementDeps,
  caller: Caller,
  id: string,
): Promise<Retirement | null> {
  const terminal = await getTerminalIn(db, { id, caller, permission: "terminal.read" });
  const row = await findErasure(db, id);
  if (!row) return null;
  const signed = { record: row.record, countersignature: row.countersignature };
  const { record, stated } = readOrRefuse(row.record, terminal.number);
  const named = stated.kind === "erasure_certificate" ? stated.keyFingerprint : null;
  const own = (await listKeysOfTerminal(db, id)).map(({ sign_key }) => sign_key);
  const keys: RecordKeys = {
    platform: lineKeys ? await findPlatformKey(lineKeys, record.platformKey) : null,
    terminal: own.find((key) => fingerprintOf(key) === named) ?? null,
  };
  const checked = await checkRecord(signed, keys, provider.sm2Verify.bind(provider));
  return { terminal, signed, keys, checked, verdict: verdictOf(checked, terminal) };
}

function readOrRefuse(text: string, number: string): ReturnType<typeof readRecord> {
  try {
    return readRecord(text);
  } catch (thrown) {
    throw new DomainError(
      "fleet.certificate_damaged",
      `Cannot read the certificate of terminal "${number}": ${reasonOf(thrown)}`,
    );
  }
}

/** Rotated ones too: a certificate is kept for longer than a key is used. */
async function findPlatformKey(
  { provider }: LineKeys,
  fingerprint: string,
): Promise<Uint8Array | null> {
  for (const key of await provider.listKeys()) {
    if (key.label !== LINE_SIGN_KEY) continue;
    const publicKey = await provider.publicKey(key);
    if (fingerprintOf(publicKey) === fingerprint) return publicKey;
  }
  return null;
}

/** A good one of another terminal is none of this. */
function verdictOf(
  { record, stated, signature, countersignature }: CheckedRecord,
  { id, number }: TerminalInScope,
): RetirementView["verdict"] {
  if (record.terminalNumber !== number || stated.terminalId !== id) return "bad";
  if (signature === "bad" || countersignature === "bad") return "bad";
  if (signature === "no_key" || countersignature === "no_key") return "unchecked";
  return "good";
}
