import assert from "node:assert/strict";
import { DEFAULT_USER_ID } from "../crypto/sm2.ts";
import { fingerprintOf } from "../server/modules/fleet/line/line_keys.ts";
import {
  type ErasureCertificate,
  type RetirementBody,
  retirementIntentText,
} from "../server/modules/fleet/retire/contract.ts";
import { terminalUserId } from "../server/platform/signed_line.ts";
import { addPerson, Browser } from "./console.ts";
import { enrol, type EnrolledLine, newTerminal, postJson } from "./line_client.ts";
import type { World } from "./world.ts";

/** A terminal that goes: what it signs, as `yikatong retire` does. */

export async function enrolled(world: World): Promise<EnrolledLine> {
  const send = (path: string, init: RequestInit) => world.app.request(path, init);
  const terminal = await newTerminal({ clock: world.clock, send, number: "0001" });
  return await enrol(terminal, world.own.db);
}

export async function askIntent(line: EnrolledLine): Promise<Response> {
  const { terminalId } = line;
  const time = line.clock.now().toISOString();
  const text = retirementIntentText(terminalId, time);
  const userId = terminalUserId(terminalId);
  const signature = (await line.provider.sm2Sign(line.sign, text, { userId })).toHex();
  return await postJson(line, "/retirements/intent", { terminalId, time, signature });
}

export async function certify(
  line: EnrolledLine,
  changes: Partial<ErasureCertificate> = {},
): Promise<RetirementBody> {
  const now = line.clock.now().toISOString();
  const certificate = JSON.stringify({
    format: 1,
    product: "yikatong",
    kind: "erasure_certificate",
    id: "01a1ec2a-f280-7cbb-b371-e1567b13a073",
    terminalId: line.terminalId,
    terminalNumber: line.number,
    keyFingerprint: fingerprintOf(await line.provider.publicKey(line.sign)),
    machine: { maker: "", model: "", serial: "" },
    media: [],
    method: "overwrite_verify_unlink",
    trim: { done: false, said: "" },
    startedAt: now,
    endedAt: now,
    wiped: [{ path: "/var/lib/yikatong-terminal", files: 3, bytes: 9_000 }],
    verification: { blocks: 3, mismatches: 0, markers: 3, found: 0, device: null },
    keysDestroyed: [],
    operator: "张工",
    witness: "李工",
    reason: "到期更换",
    photos: [],
    ...changes,
  });
  const message = new TextEncoder().encode(certificate);
  const signature = await line.provider.sm2Sign(line.sign, message, { userId: DEFAULT_USER_ID });
  return { certificate, signature: signature.toHex() };
}

export async function suspend({ own: { db } }: World): Promise<void> {
  await db.updateTable("terminal").set({ state: "suspended" }).where("number", "=", "0001")
    .execute();
}

export async function codeOf(response: Response): Promise<string> {
  return response.ok ? "ok" : (await response.json()).code;
}

/** Who may see terminals of the city, unless told otherwise. */
export async function official(
  world: World,
  options: Partial<Parameters<typeof addPerson>[1]> = {},
): Promise<Browser> {
  const login = `person-${crypto.randomUUID().slice(0, 8)}`;
  await addPerson(world, { permissions: ["terminal.read"], ...options, login });
  const browser = new Browser(world);
  await browser.signIn(login);
  return browser;
}

/** The terminal's id, after it went by its own signature. */
export async function retired(world: World): Promise<string> {
  const line = await enrolled(world);
  await suspend(world);
  const answer = await postJson(line, "/retirements", await certify(line));
  assert.equal(answer.status, 200, await answer.clone().text());
  return line.terminalId;
}
