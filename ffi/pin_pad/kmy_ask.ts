import { encodeKmyCommand } from "./kmy_frame.ts";
import { KMY_CIPHER, KMY_COMMAND, KMY_PARAMETER } from "./kmy_profile.ts";
import type { SlotKey } from "./pad_protocol.ts";
import type { AskOptions, PadTalk } from "./pad_talk.ts";
import { expectBytes } from "./pad_trouble.ts";

const REPEATABLE: AskOptions = { repeatable: true };
const NONE = new Uint8Array(0);

/** Wipes the arguments, which may be a key. */
export async function askKmy(
  talk: PadTalk,
  command: number,
  args: Uint8Array = NONE,
  options: AskOptions = {},
): Promise<Uint8Array> {
  const frame = encodeKmyCommand(command, args);
  args.fill(0);
  return await talk.ask(frame, options);
}

/** Stays as it is till it is set again. */
export async function setKmyParameter(talk: PadTalk, name: number, value: number): Promise<void> {
  await askKmy(talk, KMY_COMMAND.parameter, Uint8Array.of(name, value), REPEATABLE);
}

/** What the next cipher commands use: the key, and as what. */
export async function selectKmyKey(
  talk: PadTalk,
  slotKey: SlotKey,
  cipher: "des" | "tdes",
): Promise<void> {
  const isMaster = slotKey.purpose === "key_encryption";
  const master = isMaster ? slotKey.slot : slotKey.under ?? 0;
  const name = isMaster ? `${cipher}Master` as const : cipher;
  await setKmyParameter(talk, KMY_PARAMETER.cipher, KMY_CIPHER[name]);
  const work = isMaster ? 0 : slotKey.slot;
  await askKmy(talk, KMY_COMMAND.activate, Uint8Array.of(master, work), REPEATABLE);
}

/** With the key that was selected; wipes the data. */
export async function cryptKmyBlocks(
  talk: PadTalk,
  command: number,
  data: Uint8Array,
): Promise<Uint8Array> {
  return expectBytes(await askKmy(talk, command, data, REPEATABLE), data.length);
}
