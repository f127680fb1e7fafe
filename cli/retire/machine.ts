import type { ErasureCertificate } from "../../server/modules/fleet/retire/contract.ts";

const TEXT_CHARACTERS_MAX = 100;
const MEDIA_MAX = 16;

/** What the firmware calls this machine; empty where it does not say. */
export async function describeMachine(root = "/"): Promise<ErasureCertificate["machine"]> {
  const [maker, model, board, serial] = await Promise.all([
    readShort(`${root}sys/class/dmi/id/sys_vendor`),
    readShort(`${root}sys/class/dmi/id/product_name`),
    readShort(`${root}proc/device-tree/model`),
    readShort(`${root}sys/class/dmi/id/product_serial`),
  ]);
  return { maker, model: model || board, serial };
}

/** Its disks; what is made up of others, or of memory, has no hardware of its own. */
export async function listMedia(root = "/"): Promise<ErasureCertificate["media"]> {
  const folder = `${root}sys/block`;
  const names = await Array.fromAsync(Deno.readDir(folder)).then(
    (entries) => entries.map(({ name }) => name).sort(),
    () => [],
  );
  const media: ErasureCertificate["media"][number][] = [];
  for (const device of names) {
    const own = `${folder}/${device}`;
    if (!await Deno.stat(`${own}/device`).then(() => true, () => false)) continue;
    const isRotational = await readShort(`${own}/queue/rotational`) === "1";
    media.push({
      device,
      model: await readShort(`${own}/device/model`),
      serial: await readShort(`${own}/device/serial`) || await readShort(`${own}/serial`),
      kind: isRotational ? "rotational" : "solid_state",
    });
  }
  return media.slice(0, MEDIA_MAX);
}

/** Empty when it is not there or not ours to read. */
async function readShort(path: string): Promise<string> {
  try {
    const text = await Deno.readTextFile(path);
    return text.replaceAll(/\p{Cc}/gu, "").trim().slice(0, TEXT_CHARACTERS_MAX);
  } catch {
    return "";
  }
}
