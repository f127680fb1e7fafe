import assert from "node:assert/strict";
import { basename } from "node:path";
import type { Product } from "../product.ts";
import { run } from "../run.ts";
import type { DebianRoot } from "./debian_root.ts";

export interface InstallRun {
  readonly code: number;
  readonly said: string;
  readonly outcome: string;
}

/** What a district is given, brought to a machine as careful people do it: for root's eyes alone. */
export class Delivery {
  readonly #root: DebianRoot;
  readonly #product: Product;
  readonly #folder: string;

  private constructor(root: DebianRoot, product: Product, folder: string) {
    this.#root = root;
    this.#product = product;
    this.#folder = folder;
  }

  static async unpack(root: DebianRoot, product: Product, tar: string): Promise<Delivery> {
    const place = `/root/delivery-${crypto.randomUUID()}`;
    await Deno.mkdir(`${root.path}${place}`, { mode: 0o700 });
    await Deno.copyFile(tar, `${root.path}${place}/bundle.tar`);
    await root.sh(`cd ${place} && umask 077 && tar -xf bundle.tar && rm bundle.tar`);
    const folder = (await root.sh(`echo ${place}/*`)).trim();
    return new Delivery(root, product, folder);
  }

  /** A path inside the root. */
  file(name: string): string {
    return `${this.#folder}/${name}`;
  }

  async answer(answers: Readonly<Record<string, string>>, settings?: string): Promise<void> {
    const role = this.#product.name.replace("yikatong-", "");
    const config = settings === undefined ? "keep" : this.#product.config;
    if (settings !== undefined) await this.#root.write(this.file(config), settings);
    const lines = Object.entries({ role, config, package: "deb", ...answers })
      .map(([name, value]) => `${name} = "${value}"\n`);
    await this.#root.write(this.file("answers.toml"), lines.join(""));
  }

  async install(): Promise<InstallRun> {
    return await this.#run("--answers", this.file("answers.toml"), "--yes");
  }

  async rollBack(): Promise<InstallRun> {
    return await this.#run("--rollback", "--yes");
  }

  /** The power fails so long after dpkg was started. */
  async installUntilDpkg(afterMs: number): Promise<void> {
    const log = `${this.#root.path}/var/log/yikatong-install.log`;
    const begun = `· 安装 ${this.#product.name}`;
    const count = async () => (await Deno.readTextFile(log).catch(() => "")).split(begun).length;
    const before = await count();
    // It is a group of its own, so that all of it can be killed at once.
    const child = new Deno.Command("chroot", {
      args: [
        this.#root.path,
        ...["timeout", `${INSTALL_SECONDS_MAX}`, "sh", this.file("install.sh")],
        ...["--answers", this.file("answers.toml"), "--yes"],
      ],
      env: { DEBIAN_FRONTEND: "noninteractive", PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    let hasEnded = false;
    const ended = child.status.then((status) => {
      hasEnded = true;
      return status;
    });
    while (!hasEnded && await count() === before) await pause(LOOK_MS);
    assert.ok(!hasEnded, "It ended before it came to dpkg");
    await pause(afterMs);
    await run("kill", ["-9", "--", `-${child.pid}`]);
    await ended;
  }

  async #run(...args: readonly string[]): Promise<InstallRun> {
    const { code, said } = await this.#root.tryRun("sh", this.file("install.sh"), ...args);
    const result = await this.#root.tryRun("cat", "/var/lib/yikatong-installer/result.json");
    return { code, said, outcome: result.code === 0 ? JSON.parse(result.said).outcome : "none" };
  }

  /** The package file of this delivery, from its own folder. */
  async packageFile(): Promise<string> {
    const path = await this.#root.sh(`echo ${this.file("packages")}/${this.#product.name}_*.deb`);
    return basename(path.trim());
  }
}

const INSTALL_SECONDS_MAX = 600;
const LOOK_MS = 20;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export async function installedVersion(root: DebianRoot, { name }: Product): Promise<string> {
  const { said } = await root.tryRun(
    "dpkg-query",
    "-W",
    "-f",
    "${db:Status-Abbrev}${Version}",
    name,
  );
  return /^ii *(\S+)/.exec(said)?.[1] ?? "";
}
