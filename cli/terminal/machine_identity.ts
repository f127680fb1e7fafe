import { sm3 } from "../../crypto/sm3.ts";
import { listKernelFolder, readKernelFile, realKernelPath } from "../../ffi/kernel_files.ts";

/**
 * What tells this machine from another one, for the password of its key file. A disk image that is
 * copied to another machine does not open there; root on this machine can read all of it, so this
 * is no protection against root. What identifies the board is worth more than network addresses,
 * which logs on the same disk may name.
 */
export interface MachineIdentity {
  /** What it was made of, for `doctor`. */
  readonly sources: readonly string[];
  readonly password: Uint8Array;
}

interface Trait {
  readonly source: string;
  readonly value: string;
}

const MACHINE_ID = "etc/machine-id";
/** In this order; the first readable one counts. The first two are root's to read. */
const BOARD_FILES = [
  "sys/class/dmi/id/product_uuid",
  "sys/class/dmi/id/board_serial",
  "proc/device-tree/serial-number",
];
const NETWORK = "sys/class/net";
/** What makers leave where a number should be. */
const NO_NUMBER = /^$|^[0fF\s-]+$|filled|default|serial|none|unknown|not specified/i;
/** `addr_assign_type` of an address that came with the hardware. */
const PERMANENT = "0";

/** Best first: all the identities this machine has, since what is readable depends on the user. */
export async function machineIdentities(root = "/"): Promise<readonly MachineIdentity[]> {
  const machine = await readTrait(root, MACHINE_ID);
  const boards = (await Promise.all(BOARD_FILES.map((path) => readTrait(root, path)))).flat();
  const network = await networkTrait(root);
  const known = [...boards, ...network].map((trait) => [...machine, trait]);
  const all = machine.length > 0 ? [...known, machine] : known;
  return all.map(identityOf);
}

function identityOf(traits: readonly Trait[]): MachineIdentity {
  const lines = traits.map(({ source, value }) => `${source}=${value}`);
  const text = ["yikatong-terminal-keys-1", ...lines].join("\n");
  return {
    sources: traits.map(({ source }) => source),
    // As hex: a password file may hold it when a technician has to open the store by hand.
    password: new TextEncoder().encode(sm3(new TextEncoder().encode(text)).toHex()),
  };
}

async function readTrait(root: string, path: string): Promise<Trait[]> {
  const value = await readShort(`${root}${path}`);
  return NO_NUMBER.test(value) ? [] : [{ source: `/${path}`, value }];
}

/** The built-in cards' addresses together, sorted; adapters on USB come and go. */
async function networkTrait(root: string): Promise<Trait[]> {
  const folder = `${root}${NETWORK}`;
  const addresses: string[] = [];
  for (const name of await listNames(folder)) {
    const device = await realKernelPath(`${folder}/${name}/device`).catch(() => "");
    if (device === "" || device.includes("/usb")) continue;
    if (await readShort(`${folder}/${name}/addr_assign_type`) !== PERMANENT) continue;
    const address = await readShort(`${folder}/${name}/address`);
    if (!NO_NUMBER.test(address.replaceAll(":", ""))) addresses.push(address);
  }
  if (addresses.length === 0) return [];
  return [{ source: `/${NETWORK}`, value: addresses.sort().join(",") }];
}

async function listNames(folder: string): Promise<string[]> {
  try {
    return await listKernelFolder(folder);
  } catch {
    // A machine without it is told apart by something else.
    return [];
  }
}

/** Empty when it is not there or not ours to read. */
async function readShort(path: string): Promise<string> {
  try {
    return (await readKernelFile(path)).replaceAll("\0", "").trim();
  } catch {
    return "";
  }
}
