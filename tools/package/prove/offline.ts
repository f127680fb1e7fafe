import assert from "node:assert/strict";
import { type Product, TERMINAL } from "../product.ts";
import { run } from "../run.ts";
import { packageVersion } from "../version.ts";
import type { DebianRoot } from "./debian_root.ts";
import { Delivery, installedVersion, type InstallRun } from "./district.ts";
import { leaveTraces, requireInPlace, requireTraces } from "./installed.ts";
import { runAsUnit, trialSettings } from "./run_as_unit.ts";
import type { Steps } from "./steps.ts";

export interface OfflineTrial {
  readonly product: Product;
  /** Bundles of two versions, and what the machine calls them. */
  readonly current: { readonly tar: string; readonly version: string };
  readonly newer: { readonly tar: string; readonly version: string };
  readonly fingerprints: readonly string[];
  /** Of the platform. */
  readonly databaseUrl?: string;
}

/** Moments of an installation: dpkg unpacks for some seconds. */
const KILLED_AFTER_MS = [50, 500, 1_500];

/** By install.sh alone: what is refused, installed, cut short, upgraded and taken back. */
export async function proveOffline(
  root: DebianRoot,
  trial: OfflineTrial,
  steps: Steps,
): Promise<void> {
  const { product, databaseUrl } = trial;
  const settings = trialSettings(product, databaseUrl);
  const trust = { fingerprints: trial.fingerprints.join(" ") };
  const [current, newer] = [trial.current, trial.newer].map(({ version }) =>
    packageVersion(version)
  );
  const first = await Delivery.unpack(root, product, trial.current.tar);
  const version = () => installedVersion(root, product);

  await steps.do("refused: no answers, other signers, a changed file, a full disk", async () => {
    requireRun(await first.install(), "refused", /没有回答文件/);
    await first.answer({ fingerprints: "0".repeat(64) }, settings);
    requireRun(await first.install(), "refused", /不知道是谁签的/);
    await first.answer(trust, settings);
    const file = first.file(`packages/${await first.packageFile()}`);
    await root.sh(`cp ${file} /root/kept.deb && echo >> ${file}`);
    requireRun(await first.install(), "refused", /安装包不完整/);
    await root.sh(`mv /root/kept.deb ${file}`);
    await withSmallDisk(root, async () => {
      requireRun(await first.install(), "refused", /剩余 \d+ MB，需要 \d+ MB/);
    });
    if (product === TERMINAL) {
      requireRun(await first.install(), "refused", /失败 {2}浏览器/);
      await standInBrowser(root);
    }
    assert.equal(await version(), "");
  });
  await steps.do("a first installation that was cut short can be taken back", async () => {
    await first.installUntilDpkg(KILLED_AFTER_MS[1] ?? 0);
    requireRun(await first.rollBack(), "rolled_back", /已退回/);
    assert.equal(await version(), "");
  });
  await steps.do("doctor is not content, and it was required: taken back by itself", async () => {
    await first.answer({ ...trust, migrate: "no", doctor: "require" }, settings);
    requireRun(await first.install(), "rolled_back", /体检有失败的项/);
    assert.equal(await version(), "");
    await root.sh('test -z "$(ls -A /etc/yikatong/release-keys)"');
  });
  await steps.do("unattended from answers", async () => {
    await first.answer({ ...trust, migrate: "no" }, settings);
    requireRun(await first.install(), "installed", /完成/);
    assert.equal(await version(), current);
    await requireInPlace(root, product);
    assert.match(await root.run("yikatong", "release", "verify"), /owner/);
  });
  await steps.do("runs as the unit's user would run it", () => runAsUnit(root, product));
  await leaveTraces(root, product);
  await steps.do("again: nothing changes", async () => {
    await first.answer(trust);
    requireRun(await first.install(), "installed", /完成/);
    await requireTraces(root, product);
  });
  const upgrade = await Delivery.unpack(root, product, trial.newer.tar);
  await steps.do("an upgrade cut short three times goes on to its end", async () => {
    await upgrade.answer(trust);
    for (const afterMs of KILLED_AFTER_MS) await upgrade.installUntilDpkg(afterMs);
    requireRun(await upgrade.install(), "installed", /完成/);
    assert.equal(await version(), newer);
    await requireTraces(root, product);
    await requireInPlace(root, product);
  });
  await steps.do("the new version runs on the same data", () => runAsUnit(root, product));
  await steps.do("taken back: the version before, the same data and settings", async () => {
    requireRun(await upgrade.rollBack(), "rolled_back", /已退回/);
    assert.equal(await version(), current);
    await requireTraces(root, product);
    await runAsUnit(root, product);
  });
}

function requireRun({ code, said, outcome }: InstallRun, wanted: string, text: RegExp): void {
  const isGood = wanted === "installed" || /^已退回/m.test(said) && !/^失败/m.test(said);
  assert.equal(outcome, wanted, said);
  assert.match(said, text);
  assert.equal(code, isGood ? 0 : 1, said);
}

/** Nothing is shown in this proof: that a browser is there is enough. */
async function standInBrowser(root: DebianRoot): Promise<void> {
  await root.write("/usr/bin/chromium", "#!/bin/sh\n");
  await root.run("chmod", "755", "/usr/bin/chromium");
}

/** What the installer keeps lies on a disk of its own, as /var does on many a server. */
async function withSmallDisk(root: DebianRoot, act: () => Promise<void>): Promise<void> {
  const kept = `${root.path}/var/lib/yikatong-installer`;
  await run("mount", ["-t", "tmpfs", "-o", "size=64m", "small", kept]);
  try {
    await act();
  } finally {
    await run("umount", [kept]);
  }
}
