import { wipe } from "../../crypto/bytes.ts";
import { CryptoError } from "../../crypto/errors.ts";
import { openKeyStore, sealKeyStore, type StoredKey } from "../../crypto/key_store.ts";
import { StartError } from "../command.ts";
import { readSmallFile } from "../files/input.ts";
import { removePartial, writePieces } from "../files/output.ts";
import { readPassword } from "../files/password.ts";
import { fileTrouble } from "../files/trouble.ts";

/**
 * The key store as a file: replaced whole (a torn one would lose every key), readable by its owner
 * alone, changed by one command at a time.
 */

const STORE_BYTES_MAX = 1 << 21;
const PRIVATE_MODE = 0o600;

/** The caller wipes what it gets. */
export async function readStore(
  path: string,
  passwordFile: string | undefined,
): Promise<StoredKey[]> {
  const file = await readSmallFile(path, STORE_BYTES_MAX);
  const password = await readPassword({
    file: passwordFile,
    what: `密钥库 "${path}"`,
    isNew: false,
  });
  try {
    return open(path, file, password);
  } finally {
    wipe(password);
  }
}

/** A new one; an existing file is never replaced. */
export async function createStore(
  path: string,
  passwordFile: string | undefined,
  keys: readonly StoredKey[],
): Promise<void> {
  using _lock = await lockStore(path);
  await requireAbsent(path);
  const password = await readPassword({
    file: passwordFile,
    what: `密钥库 "${path}"`,
    isNew: true,
  });
  try {
    await write(path, sealKeyStore(keys, password), { force: false });
  } finally {
    wipe(password);
  }
}

/** `change` gives all keys that are to be there; nothing is written when it throws. */
export async function changeStore(
  link: string,
  passwordFile: string | undefined,
  change: (keys: readonly StoredKey[]) => readonly StoredKey[],
): Promise<void> {
  const path = await findStore(link);
  using _lock = await lockStore(path);
  const file = await readSmallFile(path, STORE_BYTES_MAX);
  const password = await readPassword({
    file: passwordFile,
    what: `密钥库 "${path}"`,
    isNew: false,
  });
  try {
    const keys = change(open(path, file, password));
    await write(path, sealKeyStore(keys, password), { force: true });
    wipe(...keys.map(({ bytes }) => bytes));
  } finally {
    wipe(password);
  }
}

/** One store has one lock, by whatever links it is reached. */
async function findStore(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch (thrown) {
    throw fileTrouble("不能读取", path, thrown);
  }
}

function open(path: string, file: Uint8Array, password: Uint8Array): StoredKey[] {
  try {
    return openKeyStore(file, password);
  } catch (thrown) {
    if (!(thrown instanceof CryptoError)) throw thrown;
    const reason = thrown.code === "wrong_password"
      ? "口令不对，或文件被改动过"
      : `不是密钥库，或已损坏（${thrown.message}）`;
    throw new StartError(`密钥库 "${path}" 打不开：${reason}`, { cause: thrown });
  }
}

/** Beside the store, because the store itself is replaced. Freed when the process ends, however. */
async function lockStore(path: string): Promise<Disposable> {
  const lock = await openLock(`${path}.lock`);
  if (await lock.tryLock(true)) return lock;
  lock.close();
  throw new StartError(`密钥库 "${path}" 正被另一个命令修改，请等它结束后重做`);
}

async function openLock(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { create: true, write: true, mode: PRIVATE_MODE });
  } catch (thrown) {
    throw fileTrouble("不能写入", path, thrown);
  }
}

async function requireAbsent(path: string): Promise<void> {
  const found = await Deno.stat(path).catch(() => null);
  if (!found) return;
  throw new StartError(`"${path}" 已存在：密钥库不能覆盖，丢了密钥就读不出数据`);
}

async function write(
  path: string,
  file: Uint8Array,
  { force }: { readonly force: boolean },
): Promise<void> {
  // Under the lock nobody writes it: what is there was left by a power cut.
  removePartial(path);
  await writePieces([file], { path, force, isPrivate: true, isBinary: true });
}
