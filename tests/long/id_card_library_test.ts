import assert from "node:assert/strict";
import {
  ID_CARD_READER_CHECKS,
  type IdCardReaderRig,
} from "../../ffi/conformance/id_card_reader.ts";
import type { CommandOptions, IdCardReader } from "../../ffi/contract.ts";
import { openCvrLibraryReader } from "../../ffi/id_card/cvr_library.ts";
import { openSdtLibraryReader } from "../../ffi/id_card/sdt_library.ts";
import type { VendorAnswer } from "../../sandbox/devices/vendor/script.ts";
import { shippedProfile } from "../shipped_profile.ts";
import { openVendorBench, openVendorRig, until, type VendorRig } from "../vendor.ts";
import iconv from "iconv-lite";

type Answers = Readonly<Record<string, VendorAnswer>>;

const bench = await openVendorBench();
Deno.test.afterAll(async () => await bench?.[Symbol.asyncDispose]());

const PATIENTLY: CommandOptions = { signal: new AbortController().signal, timeoutMs: 60_000 };
const TEXT = [
  "样例珅".padEnd(15),
  "10119900101",
  "样例路1号".padEnd(35),
  "441900199001010011",
  "样例公安局".padEnd(15),
  "20100101",
  "长期".padEnd(8),
  "".padEnd(18),
].join("");
const NO_CARD: Answers = { "*": { card: "none" } };
const HELD: Answers = {
  SDT_ReadBaseMsg_held: { key: "hold" },
  CVR_ReadBaseMsg_held: { key: "hold" },
};

interface Family {
  readonly name: "sdt" | "syn" | "cvr";
  readonly read: string;
  readonly card: Answers;
  readonly unreadable: Answers;
  open(rig: VendorRig): Promise<IdCardReader & AsyncDisposable>;
}

const SDT: Omit<Family, "name"> = {
  read: "SDT_ReadBaseMsg",
  card: { SDT_ReadBaseMsg: { out: utf16(TEXT) } },
  unreadable: { SDT_ReadBaseMsg: { code: 0x41 } },
  open: ({ library }) => openSdtLibraryReader({ library, port: 1001, pollMs: 5, probeMs: 50 }),
};
const FAMILIES: readonly Family[] = [
  { name: "sdt", ...SDT },
  { name: "syn", ...SDT },
  {
    name: "cvr",
    read: "CVR_ReadBaseMsg",
    card: {
      CVR_ReadBaseMsg: { out: utf16(TEXT) },
      CVR_ReadBaseMsg_gbk: { out: new Uint8Array(iconv.encode(TEXT, "gbk")) },
    },
    unreadable: { CVR_ReadBaseMsg: { code: 0 } },
    open: ({ library }) => openCvrLibraryReader({ library, port: 1001, pollMs: 5, probeMs: 50 }),
  },
];

for (const family of FAMILIES) {
  for (const [behaviour, check] of Object.entries(ID_CARD_READER_CHECKS)) {
    Deno.test(`${family.name} in C: ${behaviour}`, { ignore: !bench }, async () => {
      await using rig = await openRig(family);
      await using reader = await family.open(rig);
      await check(conformanceRig(rig, { family, reader }));
    });
  }

  Deno.test(`${family.name} in C: a library that crashes, overruns or loses its port comes back`, {
    ignore: !bench,
  }, async () => {
    await using rig = await openRig(family);
    await using reader = await family.open(rig);
    for (const trouble of [{ end: "crash" }, { writeBytes: 9_000 }, { end: "exit" }] as const) {
      await rig.script({ ...family.card, [family.read]: trouble });
      assert.deepEqual(await reader.read(PATIENTLY), { kind: "failed", reason: "hardware_error" });
      await rig.script(NO_CARD);
      await until(async () => (await reader.status()).device === "online");
    }
    const reading = reader.read(PATIENTLY);
    await rig.script(family.card);
    const completion = await reading;
    assert.equal(completion.kind === "done" && completion.value.name, "样例珅");
  });

  Deno.test(`${family.name} in C: a read that hangs costs the process, not the kiosk`, {
    ignore: !bench,
  }, async () => {
    await using rig = await openRig(family);
    await using reader = await family.open(rig);
    await rig.script({ ...family.card, [family.read]: { end: "hang" } });
    const short = { signal: new AbortController().signal, timeoutMs: 100 };
    assert.deepEqual(await reader.read(short), { kind: "failed", reason: "timeout" });
    await rig.trouble(1);
    await rig.script(NO_CARD);
    await until(async () => (await reader.status()).device === "online");
  });
}

Deno.test("cvr in C: GBK text, and nothing that writes files is ever called", {
  ignore: !bench,
}, async () => {
  const cvr = FAMILIES.find(({ name }) => name === "cvr");
  assert.ok(cvr);
  await using rig = await openRig(cvr);
  const options = { library: rig.library, port: 1001, pollMs: 5 };
  await using reader = await openCvrLibraryReader({ ...options, encoding: "gbk" });
  await rig.script(cvr.card);
  assert.deepEqual(await reader.read(PATIENTLY), {
    kind: "done",
    value: {
      document: "resident",
      name: "样例珅",
      idNumber: "441900199001010011",
      validUntil: "长期",
    },
  });
  assert.ok((await rig.calls()).every((call) => !call.startsWith("CVR_Read_Content")));
});

Deno.test("sdt in C: the photo never leaves the host process", { ignore: !bench }, async () => {
  const [sdt] = FAMILIES;
  assert.ok(sdt);
  await using rig = await openRig(sdt);
  await rig.script(sdt.card);
  const place = { port: 1001, ifOpen: 0 };
  await rig.library.call("SDT_OpenPort", { port: 1001 }, PATIENTLY);
  const reply = await rig.library.call("SDT_ReadBaseMsg", place, PATIENTLY);
  assert.deepEqual(reply.kind === "returned" && Object.keys(reply.outputs), ["text"]);
});

async function openRig({ name }: Family): Promise<VendorRig> {
  const library = bench?.libraries[name] ?? "";
  const profile = await shippedProfile(name, library);
  const rig = await openVendorRig({
    // Long enough for a call, and what a hanging one costs the test.
    profile: profile.replaceAll(/deadlineMs = \d+/g, "deadlineMs = 1000"),
    answers: NO_CARD,
  });
  await rig.up();
  return rig;
}

/** A card is held in its read till the test lets it go on or takes the card. */
function conformanceRig(
  rig: VendorRig,
  { family, reader }: { readonly family: Family; readonly reader: IdCardReader },
): IdCardReaderRig {
  let laid = family.card;
  const lay = (card: Answers) => {
    laid = card;
    void rig.script({ ...card, ...HELD });
  };
  return {
    reader,
    layGood: () => lay(family.card),
    layUnreadable: () => lay(family.unreadable),
    lift: () => void rig.script(NO_CARD),
    reading: () =>
      until(async () =>
        (await rig.calls()).some((call) => call.startsWith(`${family.read}_held `))
      ),
    finishReading: () => void rig.script(laid),
  };
}

function utf16(text: string): Uint8Array {
  return Uint8Array.from(
    { length: text.length * 2 },
    (_, at) => text.charCodeAt(at >> 1) >> 8 * (at & 1),
  );
}
