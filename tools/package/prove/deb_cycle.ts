import assert from "node:assert/strict";
import type { Product } from "../product.ts";
import type { DebianRoot } from "./debian_root.ts";
import {
  leaveTraces,
  requireData,
  requireInPlace,
  requireTraces,
  requireWiped,
} from "./installed.ts";
import { runAsUnit, trialSettings } from "./run_as_unit.ts";
import type { Steps } from "./steps.ts";

/** The same release three times, by paths inside the root. */
export interface Versions {
  readonly older: string;
  readonly current: string;
  readonly newer: string;
}

/** Installed → upgraded → downgraded → removed → purged, as dpkg does it for an operator. */
export async function proveDebs(
  root: DebianRoot,
  product: Product,
  { older, current, newer }: Versions,
  steps: Steps,
): Promise<void> {
  const { name, data } = product;
  const install = (deb: string) => root.run("dpkg", "--force-confold", "--install", deb);
  await steps.do("install", async () => {
    assert.match(await install(current), /下一步/);
    await requireInPlace(root, product);
    assert.equal(await root.run("dpkg", "--verify", name), "");
  });
  await steps.do("runs as the unit's user would run it", async () => {
    const settings = `/etc/yikatong/${product.config}`;
    const shipped = await root.sh(`cat ${settings}`);
    await root.write(settings, trialSettings(product));
    await runAsUnit(root, product);
    await root.write(settings, shipped);
  });
  await leaveTraces(root, product);
  await steps.do("upgrade keeps data and settings", async () => {
    await install(newer);
    await requireTraces(root, product);
    await requireInPlace(root, product);
  });
  await steps.do("downgrade keeps data and settings", async () => {
    await install(older);
    await requireTraces(root, product);
  });
  await steps.do("installing the same again changes nothing", async () => {
    await install(older);
    await requireTraces(root, product);
    await requireInPlace(root, product);
  });
  await steps.do("remove keeps data and settings", async () => {
    await root.run("dpkg", "--remove", name);
    await requireTraces(root, product);
    await root.sh("test ! -e /usr/bin/yikatong && test ! -e /usr/lib/yikatong");
  });
  await steps.do("unattended purge keeps data, and says where it is", async () => {
    assert.match(await root.run("dpkg", "--purge", name), new RegExp(`保留在 ${data}`));
    await requireData(root, data);
  });
  await steps.do("purge wipes when that was said beforehand", async () => {
    await install(current);
    await preseed(root, name);
    await root.run("dpkg", "--purge", name);
    await requireWiped(root, product);
  });
  await steps.do("yikatong-purge asks, and wipes only who is sure", async () => {
    await install(current);
    await leaveTraces(root, product);
    const refused = await root.tryRun("sh", "-c", "echo wrong | yikatong-purge");
    assert.equal(refused.code, 1, refused.said);
    await requireTraces(root, product);
    await root.sh("uname -n | yikatong-purge");
    await requireWiped(root, product);
    await root.run("dpkg", "--purge", name);
  });
}

async function preseed(root: DebianRoot, name: string): Promise<void> {
  await root.sh(`echo "${name} ${name}/wipe-data boolean true" | debconf-set-selections`);
}

/** Both hold the same program: only one of them is on a machine. */
export async function proveConflict(
  root: DebianRoot,
  [one, other]: readonly [string, string],
  steps: Steps,
): Promise<void> {
  await steps.do("server and terminal refuse to be on one machine", async () => {
    await root.run("dpkg", "--install", one);
    const { code, said } = await root.tryRun("dpkg", "--install", other);
    assert.notEqual(code, 0);
    assert.match(said, /conflict/i);
    await root.run("dpkg", "--purge", "yikatong-server");
  });
}
