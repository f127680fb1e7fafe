/**
 * A machine to follow the manuals on: a database server of its own, the folders of an installation
 * below one folder, and in front of PATH what only a real machine has.
 */
import { writeManifest } from "../../tools/build/manifest.ts";
import { ROOT } from "../../tools/source_files.ts";
import { RUN_FLAGS } from "../cli.ts";
import { type PostgresServer, startPostgresServer } from "../postgres_server.ts";
import { TemporaryFolder } from "../temporary_folder.ts";
import type { Block } from "./blocks.ts";

const source = (path: string) => new URL(path, ROOT).pathname;
const DENO = Deno.execPath();
const BLOCK_MS_MAX = 240_000;

/** Where a command would change users or the system, it does its part within the scratch folder. */
const PROGRAMS: Readonly<Record<string, string>> = {
  yikatong: `[ -z "\${TEST_PROGRAM-}" ] || exec "$TEST_PROGRAM" "$@"
exec "${DENO}" run ${RUN_FLAGS.join(" ")} "${source("main.ts")}" "$@"`,
  sudo: '[ "$1" = -u ] && shift 2\nexec "$@"',
  chown: ":",
  curl: `exec "${DENO}" eval 'const answer = await fetch(Deno.args.at(-1));
console.log(await answer.text());
if (!answer.ok) Deno.exit(22);' -- "$@"`,
  install: `for word in "$@"; do
  shift
  case $word in
    -o | -g) passed_over=yes ;;
    *) [ "\${passed_over-}" = yes ] || set -- "$@" "$word"; passed_over=no ;;
  esac
done
exec /usr/bin/install "$@"`,
  "yikatong-kiosk-setup": `YIKATONG_KIOSK_FILES="${source("deploy/common/kiosk/files")}" \\
exec sh "${source("deploy/common/kiosk/yikatong-kiosk-setup")}" "$@" --root "$SCRATCH"`,
  systemctl: `[ "$1 $2" = "enable --now" ] || { echo "systemctl $*: not here" >&2; exit 1; }
shift 2
for unit in "$@"; do
  case $unit in *.timer) [ -f "$SCRATCH/units/$unit" ] && continue; exit 1 ;; esac
  words=$(sed -n 's/^ExecStart=\\/usr\\/bin\\///p' "$SCRATCH/units/$unit.service")
  [ -n "$words" ] || exit 1
  $words > "$SCRATCH/$unit.log" 2>&1 &
  echo $! >> "$SCRATCH/started"
  [ "$unit" = yikatong-server ] || continue
  tries=0
  until grep -q '"message":"Serving"' "$SCRATCH/$unit.log"; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] && kill -0 $! || { cat "$SCRATCH/$unit.log"; exit 1; }
    sleep 0.1
  done
done`,
};

export interface Followed {
  readonly code: number;
  readonly text: string;
}

export class ScratchMachine implements AsyncDisposable {
  readonly #folder = new TemporaryFolder();
  readonly #server: PostgresServer;
  readonly #port: number;

  constructor(server: PostgresServer, port: number) {
    this.#server = server;
    this.#port = port;
  }

  static async open(): Promise<ScratchMachine> {
    const machine = new ScratchMachine(await startPostgresServer(), freePort());
    const { path } = machine.#folder;
    for (const name of ["bin", "units", "desk", "etc/yikatong", "var/lib/yikatong"]) {
      await Deno.mkdir(`${path}/${name}`, { recursive: true });
    }
    for (const name of ["report.pdf", "bills.csv"]) {
      await Deno.writeTextFile(`${path}/desk/${name}`, "of a test\n");
    }
    await plantRelease(`${path}/desk/yikatong-1.2.3-linux-arm64`);
    for (const [name, text] of Object.entries(PROGRAMS)) {
      await Deno.writeTextFile(`${path}/bin/${name}`, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    }
    const units = "deploy/common/systemd/";
    for await (const { name } of Deno.readDir(new URL(units, ROOT))) {
      const text = await Deno.readTextFile(new URL(units + name, ROOT));
      await Deno.writeTextFile(`${path}/units/${name}`, machine.#here(text));
    }
    return machine;
  }

  /** A file that a block is goes where it says, behind what an earlier block put there. */
  async place({ mark, text }: Block): Promise<void> {
    const path = mark.startsWith("/") ? this.#here(mark) : `${this.#folder.path}/desk/${mark}`;
    await Deno.writeTextFile(path, this.#here(text), { append: true });
  }

  async follow({ text }: Block): Promise<Followed> {
    const { path } = this.#folder;
    await Deno.writeTextFile(`${path}/block`, this.#here(text));
    const { code, stdout, stderr } = await new Deno.Command("sh", {
      args: ["-eu", `${path}/block`],
      cwd: `${path}/desk`,
      env: {
        PATH: `${path}/bin:${Deno.env.get("PATH")}`,
        SCRATCH: path,
        PGHOST: "127.0.0.1",
        PGPORT: new URL(this.#server.url).port,
        PGUSER: "postgres",
        LC_ALL: "C.UTF-8",
      },
      stdin: "null",
      signal: AbortSignal.timeout(BLOCK_MS_MAX),
    }).output();
    const decoder = new TextDecoder();
    return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const started = await Deno.readTextFile(this.#folder.file("started")).catch(() => "");
    for (const pid of started.trim().split("\n").filter(Boolean)) await end(Number(pid));
    await this.#server[Symbol.asyncDispose]();
    this.#folder[Symbol.dispose]();
  }

  /** What is the machine's own: its folders, its database, which has no certificate, its port. */
  #here(text: string): string {
    return text
      .replaceAll(/\/(etc|var\/lib|var\/backups)\/yikatong/g, `${this.#folder.path}/$1/yikatong`)
      .replaceAll(/\?sslmode=verify-full&sslrootcert=[^"'\s]*/g, "")
      .replaceAll("10.0.0.5:5432", `127.0.0.1:${new URL(this.#server.url).port}`)
      .replaceAll("8700", `${this.#port}`);
  }
}

/** A release to sign: its manifest says what is there. */
async function plantRelease(folder: string): Promise<void> {
  await Deno.mkdir(`${folder}/bin`, { recursive: true });
  await Deno.writeTextFile(`${folder}/bin/yikatong`, "#!/bin/sh\n", { mode: 0o755 });
  await writeManifest(folder, {
    version: "1.2.3",
    target: "linux-arm64",
    commit: "0123456789ab",
    created: "2026-11-20T02:00:00Z",
    counter: 7,
    minGlibc: "2.27",
    runtime: "2.9.5",
  });
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

const END_LOOKS_MAX = 100;
const END_LOOK_MS = 100;

async function end(pid: number): Promise<void> {
  for (let looks = 0; looks < END_LOOKS_MAX; looks++) {
    try {
      Deno.kill(pid, looks === 0 ? "SIGTERM" : "SIGCONT");
    } catch (thrown) {
      if (thrown instanceof Deno.errors.NotFound) return;
      throw thrown;
    }
    await new Promise((resume) => setTimeout(resume, END_LOOK_MS));
  }
  Deno.kill(pid, "SIGKILL");
}
