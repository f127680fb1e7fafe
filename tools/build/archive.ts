import { basename, dirname } from "node:path";
import { runTool } from "./run_tool.ts";

export interface Archiving {
  /** What is packed, under its own name. */
  readonly folder: string;
  /** `….tar.xz` */
  readonly path: string;
  readonly created: Date;
}

/** So that xz cuts the same blocks however many threads there are; two of them make a release. */
const BLOCK = "64MiB";

/**
 * A folder as .tar.xz: the same files give the same bytes, whoever packs them, when and where. Who
 * may do what is set by the caller.
 */
export async function writeArchive({ folder, path, created }: Archiving): Promise<void> {
  await runTool([
    "tar",
    "--create",
    `--file=${path}`,
    // A colon in a path is no other machine.
    "--force-local",
    "--format=ustar",
    "--sort=name",
    `--mtime=@${created.getTime() / 1_000}`,
    "--owner=0",
    "--group=0",
    "--numeric-owner",
    `--use-compress-program=xz --threads=2 --block-size=${BLOCK} -6 --check=crc64`,
    basename(folder),
  ], { cwd: dirname(folder), env: { LC_ALL: "C", TZ: "UTC", XZ_OPT: "", XZ_DEFAULTS: "" } });
}
