import assert from "node:assert/strict";
import type { Product } from "../product.ts";
import type { DebianRoot } from "./debian_root.ts";

/** Owner, group and mode, as `stat` says them. */
const PLACES: Readonly<Record<Product["name"], Readonly<Record<string, string>>>> = {
  "yikatong-server": {
    "/etc/yikatong": "root:yikatong 1770",
    "/etc/yikatong/server.toml": "root:yikatong 640",
    "/etc/yikatong/release-keys": "root:root 755",
    "/var/lib/yikatong": "yikatong:yikatong 700",
    "/var/backups/yikatong": "yikatong:yikatong 700",
  },
  "yikatong-terminal": {
    "/etc/yikatong": "root:root 755",
    "/etc/yikatong/terminal.toml": "root:yikatong-terminal 640",
    "/etc/yikatong/kiosk.toml": "root:root 644",
    "/var/lib/yikatong-terminal": "root:yikatong-terminal 1770",
    "/var/lib/yikatong-terminal/releases": "yikatong-update:yikatong-update 755",
    "/var/lib/yikatong-terminal/requests": "yikatong-terminal:yikatong-terminal 770",
  },
};

const GROUPS: Readonly<Record<Product["name"], Readonly<Record<string, readonly string[]>>>> = {
  "yikatong-server": { yikatong: ["yikatong"] },
  "yikatong-terminal": {
    "yikatong-terminal": ["dialout", "lp", "yikatong-terminal"],
    "yikatong-update": ["yikatong-terminal", "yikatong-update"],
    "yikatong-kiosk": ["audio", "input", "video", "yikatong-kiosk"],
  },
};

/** Users, folders and settings belong to whom they should, and nobody can log in. */
export async function requireInPlace(root: DebianRoot, { name }: Product): Promise<void> {
  for (const [path, owner] of Object.entries(PLACES[name])) {
    assert.equal((await root.run("stat", "-c", "%U:%G %a", path)).trim(), owner, path);
  }
  for (const [user, groups] of Object.entries(GROUPS[name])) {
    const found = (await root.run("id", "-nG", user)).trim().split(" ").sort();
    assert.deepEqual(found, groups, user);
    assert.match(await root.run("getent", "passwd", user), /\/nologin$/m);
  }
}

/** What an operator and the program have put there, to be found again. */
export async function leaveTraces(root: DebianRoot, product: Product): Promise<void> {
  const { config, data, user } = product;
  await root.sh(`echo '# own words' >> /etc/yikatong/${config}`);
  await root.sh(`echo money > ${data}/kept && chown ${user}:${user} ${data}/kept`);
  await root.sh("echo key > /etc/yikatong/kept-key");
  await root.sh("mkdir -p /var/lib/yikatong-installer");
}

export async function requireTraces(root: DebianRoot, { config, data }: Product): Promise<void> {
  assert.match(await root.sh(`cat /etc/yikatong/${config}`), /# own words/);
  await requireData(root, data);
}

export async function requireData(root: DebianRoot, data: string): Promise<void> {
  assert.equal(await root.sh(`cat ${data}/kept /etc/yikatong/kept-key`), "money\nkey\n");
}

export async function requireWiped(root: DebianRoot, { data }: Product): Promise<void> {
  for (const path of [data, "/etc/yikatong", "/var/lib/yikatong-installer"]) {
    await root.sh(`test ! -e ${path}`);
  }
}
