import assert from "node:assert/strict";
import type { Product } from "../product.ts";
import { run } from "../run.ts";
import type { DebianRoot } from "./debian_root.ts";
import type { Versions } from "./deb_cycle.ts";
import { leaveTraces, requireInPlace, requireTraces, requireWiped } from "./installed.ts";
import type { Steps } from "./steps.ts";

/**
 * The same with rpm from outside of the root: its scripts run inside. What the packages need is not
 * looked up, since the root's C library is no rpm.
 */
export async function proveRpms(
  root: DebianRoot,
  product: Product,
  { older, current, newer }: Versions,
  steps: Steps,
): Promise<void> {
  const { name } = product;
  const rpm = (...args: string[]) =>
    run("rpm", ["--root", root.path, "--nodeps", "--nosignature", ...args], {
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    });
  await steps.do("install", async () => {
    assert.match(await rpm("--install", current), /下一步/);
    await requireInPlace(root, product);
    await rpm("--verify", name);
  });
  await leaveTraces(root, product);
  await steps.do("upgrade keeps data and settings", async () => {
    await rpm("--upgrade", newer);
    await requireTraces(root, product);
    await requireInPlace(root, product);
  });
  await steps.do("downgrade keeps data and settings", async () => {
    await rpm("--upgrade", "--oldpackage", older);
    await requireTraces(root, product);
  });
  await steps.do("yikatong-purge and erase leave nothing behind", async () => {
    await root.run("yikatong-purge", "--yes-wipe-data");
    await requireWiped(root, product);
    await rpm("--erase", name);
    await root.sh("test ! -e /usr/bin/yikatong && test ! -e /usr/lib/yikatong");
  });
  await steps.do("erase keeps data and the operator's settings", async () => {
    await rpm("--install", current);
    await leaveTraces(root, product);
    await rpm("--erase", name);
    const saved = `/etc/yikatong/${product.config}.rpmsave`;
    assert.match(await root.sh(`cat ${saved}`), /# own words/);
    assert.equal(await root.sh(`cat ${product.data}/kept`), "money\n");
  });
}
