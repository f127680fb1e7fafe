import { z } from "zod";
import { StartError } from "../command.ts";

/**
 * The development secrets of one data folder, made at the first start and kept beside the data, so
 * that a second start opens what the first one sealed. Readable by their owner alone.
 */

const key = z.string().regex(/^[0-9a-f]{64}$/);

const shape = z.strictObject({
  columnSecret: key,
  terminalToken: key,
  his: key,
  citizenCode: key,
  insurance: key,
  bankApp: key,
  bankNotify: key,
});

export type DevSecrets = z.infer<typeof shape>;

export async function loadSecrets(folder: string): Promise<DevSecrets> {
  const path = `${folder}/development_secrets.json`;
  try {
    const read = shape.safeParse(JSON.parse(await Deno.readTextFile(path)));
    if (read.success) return read.data;
    throw new StartError(
      `数据目录 "${folder}" 是另一个版本建立的：请加 --reset 重新生成演示数据，或换一个 --data`,
    );
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
  }
  const made: DevSecrets = {
    columnSecret: randomKey(),
    terminalToken: randomKey(),
    his: randomKey(),
    citizenCode: randomKey(),
    insurance: randomKey(),
    bankApp: randomKey(),
    bankNotify: randomKey(),
  };
  await Deno.writeTextFile(path, JSON.stringify(made), { mode: 0o600, createNew: true });
  return made;
}

function randomKey(): string {
  return crypto.getRandomValues(new Uint8Array(32)).toHex();
}
