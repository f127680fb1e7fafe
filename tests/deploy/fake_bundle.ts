/**
 * An offline bundle and a machine to install it on: install.sh as it is, with package managers,
 * systemctl and the program itself as scripts that keep state below a folder and fail when told.
 */
import { TemporaryFolder } from "../temporary_folder.ts";

export const FINGERPRINT: string = "ab".repeat(32);

const OWN_TARGET = Deno.build.arch === "aarch64" ? "linux-arm64" : "linux-x64";

export interface District extends Disposable {
  readonly root: string;
  /** Builds the bundle of a version, for this machine unless it is said. */
  bundle(version: string, target?: string): Promise<void>;
  answers(values: Readonly<Record<string, string>>, config?: string): Promise<void>;
  /** From now on a command of the program fails, a restart, or dpkg with one version; `free`: the disk. */
  breaks(what: string): Promise<void>;
  mends(what: string): Promise<void>;
  run(...args: readonly string[]): Promise<InstallRun>;
  read(path: string): Promise<string | null>;
  /** Everything that was called, a line each. */
  calls(): Promise<readonly string[]>;
}

export interface InstallRun {
  readonly code: number;
  readonly text: string;
  readonly result: { readonly outcome: string; readonly reason: string; readonly before: string };
}

const PROGRAM = `#!/bin/sh
echo "yikatong $*" >> "$STATE/calls"
if [ "$1 $2" = "release verify" ]; then for folder; do :; done; ls "$folder" > "$STATE/verified"; fi
[ -z "\${YIKATONG_DATABASE_URL-}" ] || echo "as $YIKATONG_DATABASE_URL: $1" >> "$STATE/calls"
for broken in "$1" "$1 $2"; do
  [ ! -e "$STATE/broken/$broken" ] || { echo "$broken is broken"; exit 1; }
done
[ "$1 $2" != "release verify" ] || echo "签名      build，公钥指纹 ${FINGERPRINT}"
`;

const DPKG = `#!/bin/sh
echo "dpkg $*" >> "$STATE/calls"
case "$1 $2" in
  "--force-confold -i")
    [ ! -e "$STATE/broken/dpkg $(cat "$3")" ] || exit 1
    sed -n 1p "$3" > "$STATE/installed"
    # The power fails, and this machine with it.
    [ ! -e "$STATE/broken/power $(cat "$3")" ] || kill -9 $PPID
    mkdir -p "$ROOT/usr/bin" "$ROOT/etc/yikatong"
    cp "$STATE/program" "$ROOT/usr/bin/yikatong"
    [ -e "$ROOT/etc/yikatong/server.toml" ] || echo "# shipped" > "$ROOT/etc/yikatong/server.toml"
    ;;
  "--force-remove-reinstreq -r") rm -f "$STATE/installed" "$ROOT/usr/bin/yikatong" ;;
esac
`;

const DPKG_QUERY = `#!/bin/sh
[ "$2" != libc6 ] || exit 0
[ -e "$STATE/installed" ] || exit 1
echo "ii  $(cat "$STATE/installed")"
`;

const RPM = `#!/bin/sh
echo "rpm $*" >> "$STATE/calls"
case $1 in
  -q) [ -e "$STATE/installed" ] && cat "$STATE/installed" || { echo "package is not installed"; exit 1; } ;;
  -U)
    for file; do :; done
    sed -n 1p "$file" > "$STATE/installed"
    mkdir -p "$ROOT/usr/bin"
    cp "$STATE/program" "$ROOT/usr/bin/yikatong"
    ;;
  -e) rm -f "$STATE/installed" ;;
esac
`;

const SYSTEMCTL = `#!/bin/sh
echo "systemctl $*" >> "$STATE/calls"
case $1 in
  is-active) [ -e "$STATE/active" ] ;;
  start) : > "$STATE/active" ;;
  restart) [ ! -e "$STATE/broken/restart" ] && : > "$STATE/active" ;;
  stop) rm -f "$STATE/active" ;;
esac
`;

const DF = `#!/bin/sh
echo "Filesystem 1024-blocks Used Available Capacity Mounted on"
echo "/dev/my disk 100000000 1000 $([ -e "$STATE/broken/free" ] && echo 0 || echo 99999000) 1% /"
`;

export async function district(): Promise<District> {
  const folder = new TemporaryFolder();
  const [state, root, bundle, bin] = ["state", "root", "bundle", "bin"].map((name) =>
    folder.file(name)
  ) as [string, string, string, string];
  for (const path of [`${state}/broken`, root, bin]) await Deno.mkdir(path, { recursive: true });
  const tools = { dpkg: DPKG, "dpkg-query": DPKG_QUERY, rpm: RPM, systemctl: SYSTEMCTL, df: DF };
  for (const [name, text] of Object.entries(tools)) {
    await Deno.writeTextFile(`${bin}/${name}`, text, { mode: 0o755 });
  }
  await Deno.writeTextFile(`${state}/program`, PROGRAM, { mode: 0o755 });
  const read = (path: string) => Deno.readTextFile(path).catch(() => null);
  const env = { ROOT: root, STATE: state, PATH: `${bin}:${Deno.env.get("PATH") ?? ""}` };
  return {
    root,
    bundle: (version, target = OWN_TARGET) =>
      plantBundle(bundle, { version, target, work: folder.file("work") }),
    async answers(values, config = "port = 8700\n") {
      const lines = Object.entries(values).map(([name, value]) => `${name} = "${value}"\n`);
      await Deno.writeTextFile(folder.file("answers.toml"), lines.join(""));
      await Deno.writeTextFile(folder.file("my.toml"), config);
    },
    breaks: (what) => Deno.writeTextFile(`${state}/broken/${what}`, ""),
    mends: (what) => Deno.remove(`${state}/broken/${what}`),
    async run(...args) {
      const given = args.length > 0 ? args : ["--answers", folder.file("answers.toml"), "--yes"];
      const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
        args: [`${bundle}/install.sh`, "--root", root, ...given],
        env,
        stdin: "null",
      }).output();
      const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
      const result = await read(`${root}/var/lib/yikatong-installer/result.json`);
      return { code, text, result: JSON.parse(result ?? "{}") };
    },
    read: (path) => read(`${root}/${path}`),
    calls: async () => (await read(`${state}/calls`) ?? "").split("\n").filter(Boolean),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

async function plantBundle(
  bundle: string,
  { version, target, work }: {
    readonly version: string;
    readonly target: string;
    readonly work: string;
  },
): Promise<void> {
  await Deno.remove(bundle, { recursive: true }).catch(() => {});
  for (const name of ["packages", "release", "keys"]) {
    await Deno.mkdir(`${bundle}/${name}`, { recursive: true });
  }
  for (const name of ["install.sh", "preflight.sh"]) {
    await Deno.copyFile(
      new URL(`../../deploy/common/${name}`, import.meta.url),
      `${bundle}/${name}`,
    );
  }
  const manifest = { version, target, minGlibc: "2.27", counter: 3, files: [] };
  await Deno.writeTextFile(`${bundle}/manifest.json`, JSON.stringify(manifest, null, 2));
  await Deno.writeTextFile(`${bundle}/manifest.sig.json`, "[]");
  await Deno.writeTextFile(`${bundle}/keys/build.pem`, "a key\n");
  for (const name of ["server", "terminal"]) {
    await Deno.writeTextFile(`${bundle}/packages/yikatong-${name}_${version}_all.deb`, version);
    await Deno.writeTextFile(`${bundle}/packages/yikatong-${name}-${version}-1.all.rpm`, version);
  }
  const release = `${work}/yikatong-${version}-${target}`;
  await Deno.mkdir(`${release}/bin`, { recursive: true });
  await Deno.writeTextFile(`${release}/bin/yikatong`, PROGRAM, { mode: 0o755 });
  const archive = `${bundle}/release/yikatong-${version}-${target}.tar.xz`;
  await must("tar", ["-C", work, "-cJf", archive, `yikatong-${version}-${target}`]);
  await Deno.remove(work, { recursive: true });
  await must("sh", [
    "-c",
    `cd "$1" && find . -type f ! -name SHA256SUMS -exec sha256sum {} + > SHA256SUMS`,
    "sums",
    bundle,
  ]);
}

async function must(program: string, args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
