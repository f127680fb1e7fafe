/** Makes sure that what the tests need is there: `deno run -A tools/setup_machine.ts`. */
import { findPrograms } from "../tests/postgres_server.ts";
import { exists } from "./exists.ts";
import { say } from "./say.ts";

interface Need {
  /** As Debian names it. */
  readonly package: string;
  readonly what: string;
  readonly isThere: () => Promise<boolean>;
}

/** There the machine's own compiler is the one. */
const IS_ARM64 = Deno.build.arch === "aarch64";

const NEEDS: readonly Need[] = [
  {
    package: "chromium",
    what: "a browser for the journeys",
    isThere: () => exists("/usr/bin/chromium"),
  },
  {
    package: "xvfb",
    what: "a screen in memory for the kiosk's browser",
    isThere: () => exists("/usr/bin/Xvfb"),
  },
  {
    package: "x11-xserver-utils",
    what: "the tools that turn and light a screen",
    isThere: () => exists("/usr/bin/xrandr"),
  },
  {
    package: "fonts-noto-cjk",
    what: "Chinese letters for its screenshots",
    isThere: hasChineseFont,
  },
  {
    package: "postgresql",
    what: "a database server for the full suite",
    isThere: async () => await findPrograms() !== null,
  },
  {
    package: "gcc",
    what: "a compiler for device simulators",
    isThere: () => exists("/usr/bin/gcc"),
  },
  {
    package: "openssl",
    what: "the other side of the national cryptography",
    isThere: () => exists("/usr/bin/openssl"),
  },
  {
    package: "qemu-user",
    what: "an arm64 processor for the same",
    isThere: () => exists("/usr/bin/qemu-aarch64"),
  },
  {
    package: "gcc-aarch64-linux-gnu",
    what: "a compiler for device simulators on arm64",
    isThere: async () => IS_ARM64 || await exists("/usr/bin/aarch64-linux-gnu-gcc"),
  },
  {
    package: "libc6-dev-arm64-cross",
    what: "the C library that it compiles against",
    isThere: async () => IS_ARM64 || await exists("/usr/aarch64-linux-gnu/include/stdio.h"),
  },
  {
    package: "systemd",
    what: "systemd-analyze, which measures units",
    isThere: () => exists("/usr/bin/systemd-analyze"),
  },
  {
    package: "lintian",
    what: "what Debian checks packages with",
    isThere: () => exists("/usr/bin/lintian"),
  },
  {
    package: "rpm",
    what: "packages for systems with rpm",
    isThere: () => exists("/usr/bin/rpmbuild"),
  },
  {
    package: "rpmlint",
    what: "what they are checked with",
    isThere: () => exists("/usr/bin/rpmlint"),
  },
  {
    package: "shellcheck",
    what: "a second reader of scripts",
    isThere: () => exists("/usr/bin/shellcheck"),
  },
  {
    package: "man-db",
    what: "manuals as a reader sees them",
    isThere: () => exists("/usr/bin/man"),
  },
  {
    package: "mandoc",
    what: "a second reader of manuals",
    isThere: () => exists("/usr/bin/mandoc"),
  },
  {
    package: "desktop-file-utils",
    what: "what checks entries of a desktop",
    isThere: () => exists("/usr/bin/desktop-file-validate"),
  },
];

const INSTALL_MS_MAX = 15 * 60_000;
const CLUSTER_SETTINGS = "/etc/postgresql-common/createcluster.conf";

/** True when everything is there, after installing what was missing where that is possible. */
export async function setUpMachine(): Promise<boolean> {
  const missing = await findMissing();
  if (missing.length === 0) return true;
  for (const need of missing) await say(`Missing: ${need.package} (${need.what})`);
  const packages = missing.map((need) => need.package);
  if (!await canInstall()) {
    await say(`Cannot install these here. As root on a Debian-like system:`);
    await say(
      `  apt-get update && apt-get install -y --no-install-recommends ${packages.join(" ")}`,
    );
    return false;
  }
  return await install(packages);
}

async function findMissing(): Promise<Need[]> {
  const found = await Promise.all(NEEDS.map((need) => need.isThere()));
  return NEEDS.filter((_, at) => !found[at]);
}

export async function canInstall(): Promise<boolean> {
  return Deno.uid() === 0 && await exists("/usr/bin/apt-get");
}

async function install(packages: readonly string[]): Promise<boolean> {
  if (packages.includes("postgresql")) await keepClustersAway();
  if (!await aptGet(["update"])) return false;
  if (!await aptGet(["install", "-y", "--no-install-recommends", ...packages])) return false;
  const missing = await findMissing();
  for (const need of missing) await say(`Still missing after the installation: ${need.package}`);
  return missing.length === 0;
}

/** Debian would make and start a server with the package; the tests start one of their own. */
async function keepClustersAway(): Promise<void> {
  if (await exists(CLUSTER_SETTINGS)) return;
  await Deno.mkdir("/etc/postgresql-common", { recursive: true });
  await Deno.writeTextFile(CLUSTER_SETTINGS, "create_main_cluster = false\n");
}

export async function aptGet(args: readonly string[]): Promise<boolean> {
  await say(`apt-get ${args.join(" ")}`);
  const { success } = await new Deno.Command("apt-get", {
    args: [...args],
    // A settings file written before its package (keepClustersAway) is kept without a question.
    env: { DEBIAN_FRONTEND: "noninteractive", UCF_FORCE_CONFFOLD: "1" },
    stdin: "null",
    signal: AbortSignal.timeout(INSTALL_MS_MAX),
  }).spawn().status;
  if (!success) await say(`Cannot run apt-get ${args.join(" ")}`);
  return success;
}

async function hasChineseFont(): Promise<boolean> {
  const folders = ["/usr/share/fonts/opentype/noto", "/usr/share/fonts/noto-cjk"];
  const found = await Promise.all(
    folders.map((folder) => exists(`${folder}/NotoSansCJK-Regular.ttc`)),
  );
  return found.includes(true);
}

if (import.meta.main) {
  const ready = await setUpMachine();
  await say(
    ready ? "Everything the tests need is there" : "The machine is not ready for the tests",
  );
  Deno.exit(ready ? 0 : 1);
}
