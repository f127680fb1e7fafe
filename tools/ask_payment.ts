import { parseArgs } from "node:util";
import { createHash } from "node:crypto";
import { privateKeyFromPem } from "../crypto/keys.ts";
import { sign } from "../crypto/sm2.ts";
import { say } from "./say.ts";

/**
 * A hospital's own system, for trying out: asks a platform for a payment of a patient's bills, signed
 * by a program's SM2 key (docs/programs.md), and prints the answer with the address for the slip.
 */
const TARGET = "/api/console/v1/payment-requests";

const text = { type: "string" } as const;
const { values } = parseArgs({
  options: {
    platform: { ...text, default: "http://127.0.0.1:8700" },
    key: text,
    "private-key": text,
    institution: text,
    patient: text,
    bills: text,
    number: text,
  },
});
const { platform, key, institution, patient, bills, number } = values;
const keyFile = values["private-key"];
if (!key || !keyFile || !institution || !patient || !bills) {
  await say(
    "Expected --key, --private-key, --institution, --patient and --bills; docs/programs.md",
  );
  Deno.exit(2);
}
const body = JSON.stringify({
  institution,
  number: number ?? `TRY-${Date.now()}`,
  patientNumber: patient,
  bills: { billIds: bills.split(",") },
});
const time = new Date().toISOString();
const nonce = crypto.getRandomValues(new Uint8Array(16)).toHex();
const digest = createHash("sm3").update(body).digest("hex");
const signed = ["yikatong-program-request-1", key, time, nonce, "POST", TARGET, digest].join("\n");
const privateKey = privateKeyFromPem(await Deno.readTextFile(keyFile));
const reply = await fetch(`${platform}${TARGET}`, {
  method: "POST",
  headers: {
    "content-type": "application/json",
    "x-program-key": key,
    "x-program-time": time,
    "x-program-nonce": nonce,
    "x-program-signature": sign(privateKey, new TextEncoder().encode(signed)).toHex(),
  },
  body,
});
await say(`${reply.status} ${await reply.text()}`);
