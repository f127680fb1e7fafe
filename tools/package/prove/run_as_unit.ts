import assert from "node:assert/strict";
import type { Product } from "../product.ts";
import type { DebianRoot } from "./debian_root.ts";
import { listenAsManager } from "./listen_as_systemd.ts";

const PORTS: Readonly<Record<Product["name"], number>> = {
  "yikatong-server": 18_791,
  "yikatong-terminal": 18_792,
};
const WATCHDOG_MS = 3_000;

interface Trial {
  /** Put in the place of the settings file. */
  readonly settings: string;
  /** Lines of `sh` before the start, as the unit's user. */
  readonly before: readonly string[];
  readonly command: readonly string[];
  /** What is asked of it, and what the answer holds. */
  readonly path: string;
  readonly answer: RegExp;
}

const CONFIG = "--config /etc/yikatong";

/** Parties that never answer: what a platform or a terminal lives with. */
const TRIALS: Readonly<Record<Product["name"], Trial>> = {
  "yikatong-server": {
    settings: `data_dir = "/var/lib/yikatong"
port = ${PORTS["yikatong-server"]}
[crypto]
key_store = "/etc/yikatong/keys"
key_store_password_file = "/etc/yikatong/keys.password"
allow_software_private_keys = true
[his]
url = "http://127.0.0.1:9"
app_id = "proof"
secret = "proof-proof"
[citizen_code]
url = "http://127.0.0.1:9"
app_id = "proof"
secret = "proof-proof"
[insurance]
url = "http://127.0.0.1:9"
paas_id = "proof"
secret = "proof-proof"
[aggregate_pay]
url = "http://127.0.0.1:9"
app_id = "proof"
app_key = "proof-proof"
notify_key = "proof-proof"
order_prefix = "P"
notify_url = "http://127.0.0.1:9/notify"
`,
    before: [
      `test -e /etc/yikatong/keys || {
        umask 077; echo a-password-of-the-proof > /etc/yikatong/keys.password
        yikatong key store init --store /etc/yikatong/keys --password-file /etc/yikatong/keys.password
      }`,
      `yikatong migrate ${CONFIG}/server.toml`,
    ],
    command: ["yikatong", "serve", "--config", "/etc/yikatong/server.toml"],
    path: "/readyz",
    answer: /"status":"ready"/,
  },
  "yikatong-terminal": {
    settings: `number = "0001"
port = ${PORTS["yikatong-terminal"]}
[platform]
url = "https://127.0.0.1:9"
`,
    before: [],
    command: [
      "/usr/lib/yikatong-terminal/select-release",
      "terminal",
      "--config",
      "/etc/yikatong/terminal.toml",
    ],
    path: "/",
    answer: /0001/,
  },
};

/** What an operator would fill in; without a database the embedded one is used. */
export function trialSettings({ name }: Product, databaseUrl?: string): string {
  const database = databaseUrl === undefined ? "" : `[database]\nurl = "${databaseUrl}"\n`;
  return TRIALS[name].settings + database;
}

/**
 * Started without systemd, with what systemd would give it and the settings that are installed: it
 * says when it serves, lives and ends.
 */
export async function runAsUnit(root: DebianRoot, product: Product): Promise<void> {
  const { before, command, path, answer } = TRIALS[product.name];
  const { user } = product;
  for (const line of before) {
    await root.run(...asUser(user), "sh", "-c", `cd ${product.data} && ${line}`);
  }
  const folder = `/run/${user}`;
  await root.run("install", "-d", "-m", "700", "-o", user, folder);
  using manager = listenAsManager(`${root.path}${folder}/manager.sock`);
  const child = new Deno.Command("chroot", {
    args: [root.path, ...asUser(user), "env", ...environment(folder), ...command],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const ended = child.output();
  try {
    await Promise.race([manager.hear("READY=1"), endedEarly(ended)]);
    await manager.hear("WATCHDOG=1");
    const response = await fetch(`http://127.0.0.1:${PORTS[product.name]}${path}`);
    assert.match(await response.text(), answer);
  } finally {
    stop(child);
  }
  await manager.hear("STOPPING=1");
  assert.equal((await ended).code, 0);
}

/** Also one that is gone already: why it went is told by what it said. */
export function stop(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGTERM");
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
  }
}

/** Becomes that user in the process it was started in, as systemd does. */
export function asUser(user: string): string[] {
  return ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--init-groups", "--"];
}

function environment(folder: string): string[] {
  return [
    "-i",
    "PATH=/usr/bin:/bin",
    "LANG=C.UTF-8",
    `NOTIFY_SOCKET=${folder}/manager.sock`,
    `RUNTIME_DIRECTORY=${folder}`,
    `WATCHDOG_USEC=${WATCHDOG_MS * 1_000}`,
  ];
}

async function endedEarly(ended: Promise<Deno.CommandOutput>): Promise<never> {
  const { stdout, stderr } = await ended;
  const said = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  throw new Error(`It ended before it was ready: ${said}`);
}
