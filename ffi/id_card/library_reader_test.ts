import assert from "node:assert/strict";
import { ID_CARD_READER_CHECKS, type IdCardReaderRig } from "../conformance/id_card_reader.ts";
import { ScriptedLibrary } from "../conformance/scripted_library.ts";
import type { CommandOptions, IdCardReader } from "../contract.ts";
import type { VendorReply, VendorValue } from "../vendor/contract.ts";
import { type CvrEncoding, openCvrLibraryReader, parseCvrText } from "./cvr_library.ts";
import { openSdtLibraryReader } from "./sdt_library.ts";

type Family = "sdt" | "cvr";
type Fault = "unreadable" | "rubbish" | null;

const CARD = { document: "resident", name: "样例甲", idNumber: "441900199001010011" } as const;
const PATIENTLY: CommandOptions = { signal: new AbortController().signal, timeoutMs: 60_000 };

/** What lies on the reader, and what its library answers. */
class FakeReader {
  readonly library: ScriptedLibrary;
  readonly #family: Family;
  #laid: { readonly fault: Fault } | null = null;
  #gate: { readonly reached: PromiseWithResolvers<void>; open: PromiseWithResolvers<void> } | null =
    null;
  plugged = true;
  encoding: CvrEncoding = "ucs2";

  constructor(family: Family) {
    this.#family = family;
    this.library = new ScriptedLibrary((name, inputs) =>
      family === "sdt" ? this.#sdt(name) : this.#cvr(name, inputs)
    );
  }

  lay(fault: Fault = null): void {
    this.#laid = { fault };
  }

  lift(): void {
    this.#laid = null;
    this.#gate?.open.resolve();
  }

  /** The next read waits till `finishReading` or a card that is lifted. */
  holdReading(): void {
    this.#gate = { reached: Promise.withResolvers(), open: Promise.withResolvers() };
  }

  async reading(): Promise<void> {
    await this.#gate?.reached.promise;
  }

  finishReading(): void {
    this.#gate?.open.resolve();
  }

  async open(): Promise<IdCardReader & AsyncDisposable> {
    const options = { library: this.library, port: 1001, pollMs: 1, probeMs: 5 };
    return this.#family === "sdt"
      ? await openSdtLibraryReader(options)
      : await openCvrLibraryReader({ ...options, encoding: this.encoding });
  }

  #sdt(name: string): VendorReply | Promise<VendorReply> {
    if (!this.plugged) return returned(name === "SDT_OpenPort" ? 0x01 : 0x02, false);
    switch (name) {
      case "SDT_StartFindIDCard":
        return this.#laid ? returned(0x9f) : returned(0x80, false);
      case "SDT_SelectIDCard":
        return this.#laid ? returned(0x90) : returned(0x81, false);
      case "SDT_ReadBaseMsg":
        return this.#record(0x90, 0x41);
      default:
        return returned(0x90);
    }
  }

  #cvr(
    name: string,
    { mode }: Readonly<Record<string, VendorValue>>,
  ): VendorReply | Promise<VendorReply> {
    if (!this.plugged) return returned(name === "CVR_Authenticate" ? 4 : 2, false);
    switch (name) {
      case "CVR_Authenticate":
        return this.#laid ? returned(1) : returned(2, false);
      case "CVR_ReadBaseMsg":
        assert.equal(mode, this.encoding === "ucs2" ? 1 : 2);
        return this.#record(1, 0);
      default:
        return returned(1);
    }
  }

  async #record(good: number, bad: number): Promise<VendorReply> {
    this.#gate?.reached.resolve();
    await this.#gate?.open.promise;
    if (!this.#laid || this.#laid.fault === "unreadable") return returned(bad, false);
    const text = this.#laid.fault === "rubbish" ? new Uint8Array(256) : record(this.encoding);
    return { kind: "returned", succeeded: true, code: good, outputs: { text } };
  }
}

for (const family of ["sdt", "cvr"] as const) {
  for (const [behaviour, check] of Object.entries(ID_CARD_READER_CHECKS)) {
    Deno.test(`${family} library: ${behaviour}`, async () => {
      const fake = new FakeReader(family);
      fake.holdReading();
      await using reader = await fake.open();
      const rig: IdCardReaderRig = {
        reader,
        layGood: () => fake.lay(),
        layUnreadable: () => fake.lay("unreadable"),
        lift: () => fake.lift(),
        reading: () => fake.reading(),
        finishReading: () => fake.finishReading(),
      };
      await check(rig);
    });
  }

  Deno.test(`${family} library: a card that was read is not read again before it is lifted`, async () => {
    const fake = new FakeReader(family);
    await using reader = await fake.open();
    fake.lay();
    assert.equal((await reader.read(PATIENTLY)).kind, "done");
    const short = { signal: new AbortController().signal, timeoutMs: 20 };
    assert.deepEqual(await reader.read(short), { kind: "failed", reason: "timeout" });
    const next = reader.read(PATIENTLY);
    fake.lift();
    await searches(fake, 4);
    fake.lay();
    assert.equal((await next).kind, "done");
  });

  Deno.test(`${family} library: a card that lay there before it began is not read`, async () => {
    const fake = new FakeReader(family);
    fake.lay("unreadable");
    await using reader = await fake.open();
    const reading = reader.read(PATIENTLY);
    await searches(fake, 4);
    fake.lift();
    await searches(fake, 4);
    fake.lay();
    assert.equal((await reading).kind, "done");
  });

  Deno.test(`${family} library: an unplugged reader is found again by itself`, async () => {
    const fake = new FakeReader(family);
    fake.plugged = false;
    await using reader = await fake.open();
    assert.equal((await reader.status()).device, "offline");
    assert.deepEqual(await reader.read(PATIENTLY), { kind: "failed", reason: "offline" });
    fake.plugged = true;
    await condition(reader, "online");
    fake.plugged = false;
    assert.deepEqual(await reader.read(PATIENTLY), { kind: "failed", reason: "hardware_error" });
    await condition(reader, "offline");
    fake.plugged = true;
    await condition(reader, "online");
    fake.lay();
    assert.equal((await reader.read(PATIENTLY)).kind, "done");
  });

  Deno.test(`${family} library: a dead library is an answer, its port is opened anew`, async () => {
    const fake = new FakeReader(family);
    await using reader = await fake.open();
    const good = fake.library.answer;
    fake.lay();
    for (const loss of ["crashed", "overrun", "timeout"] as const) {
      fake.library.answer = () => ({ kind: "lost", reason: loss });
      assert.deepEqual(await reader.read(PATIENTLY), { kind: "failed", reason: "hardware_error" });
    }
    fake.library.setOnline(false);
    assert.deepEqual(await reader.read(PATIENTLY), { kind: "failed", reason: "offline" });
    fake.library.answer = good;
    fake.library.setOnline(true);
    await condition(reader, "online");
    assert.equal((await reader.read(PATIENTLY)).kind, "done");
  });

  Deno.test(`${family} library: a card that breaks it again and again is left alone`, async () => {
    const fake = new FakeReader(family);
    await using reader = await fake.open();
    const good = fake.library.answer;
    let deaths = 0;
    fake.library.answer = (name, inputs) => {
      if (!name.endsWith("ReadBaseMsg")) return good(name, inputs);
      deaths++;
      return { kind: "lost", reason: "crashed" };
    };
    fake.lay();
    while (deaths < 5) assert.equal((await reader.read(PATIENTLY)).kind, "failed");
    const next = reader.read(PATIENTLY);
    await searches(fake, 4);
    assert.equal(deaths, 5);
    fake.library.answer = good;
    fake.lift();
    await searches(fake, 4);
    fake.lay();
    assert.equal((await next).kind, "done");
  });

  Deno.test(`${family} library: what is no record of a card is unreadable`, async () => {
    const fake = new FakeReader(family);
    await using reader = await fake.open();
    fake.lay("rubbish");
    assert.deepEqual(await reader.read(PATIENTLY), { kind: "failed", reason: "unreadable" });
    assert.equal((await reader.status()).device, "online");
  });
}

Deno.test("cvr library: GBK text gives the same card as UCS-2", async () => {
  const fake = new FakeReader("cvr");
  fake.encoding = "gbk";
  await using reader = await fake.open();
  fake.lay();
  assert.deepEqual(await reader.read(PATIENTLY), {
    kind: "done",
    value: { ...CARD, validUntil: "长期" },
  });
  assert.equal(parseCvrText("text", "gbk"), null);
});

function record(encoding: CvrEncoding): Uint8Array {
  const columns: readonly (readonly [string, number])[] = [
    [CARD.name, 15],
    ["1", 1],
    ["01", 2],
    ["19900101", 8],
    ["样例路1号", 35],
    [CARD.idNumber, 18],
    ["样例公安局", 15],
    ["20100101", 8],
    ["长期", 8],
    ["", 18],
  ];
  const text = columns.map(([field, width]) => field.padEnd(width)).join("");
  if (encoding === "ucs2") {
    return Uint8Array.from({ length: 256 }, (_, at) => text.charCodeAt(at >> 1) >> 8 * (at & 1));
  }
  const gbk = new Map(Object.entries(GBK));
  return Uint8Array.from([...text].flatMap((char) => gbk.get(char) ?? [char.charCodeAt(0)]));
}

const GBK: Readonly<Record<string, readonly number[]>> = {
  样: [0xd1, 0xf9],
  例: [0xc0, 0xfd],
  甲: [0xbc, 0xd7],
  路: [0xc2, 0xb7],
  号: [0xba, 0xc5],
  公: [0xb9, 0xab],
  安: [0xb0, 0xb2],
  局: [0xbe, 0xd6],
  长: [0xb3, 0xa4],
  期: [0xc6, 0xda],
};

function returned(code: number, succeeded = true): VendorReply {
  return { kind: "returned", succeeded, code, outputs: {} };
}

async function condition(reader: IdCardReader, wanted: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = async () => (await reader.status()).device === wanted && resolve();
  const end = reader.subscribe(() => void look());
  await look();
  await promise;
  end();
}

/** Resolves when the field was searched so many times from now. */
async function searches(fake: FakeReader, count: number): Promise<void> {
  const { answer } = fake.library;
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = count;
  fake.library.answer = (name, inputs) => {
    if (/Find|Authenticate/.test(name) && --left === 0) resolve();
    return answer(name, inputs);
  };
  await promise;
  fake.library.answer = answer;
}
