import { tryRun } from "./run.ts";

/** Exposure that a unit may have, times ten: what `systemd-analyze security` counts. */
export const EXPOSURE_MAX: Readonly<Record<string, number>> = {
  "yikatong-server.service": 12,
  "yikatong-backup.service": 12,
  "yikatong-wal.service": 12,
  "yikatong-audit-archive.service": 12,
  "yikatong-terminal.service": 16,
  "yikatong-update.service": 12,
};

/** The package alone is looked at, without a system around it. */
const SYSTEM_PROGRAM = /: Command \/(usr\/)?bin\/(sh|xinit) is not executable: /;

const UNITS = "lib/systemd/system";

/** What systemd itself has against the units of an unpacked package. */
export async function unitFaults(root: string, units: readonly string[]): Promise<string[]> {
  const faults: string[] = [];
  for (const unit of units) {
    const verified = await tryRun("systemd-analyze", [
      "verify",
      "--man=no",
      "--recursive-errors=no",
      `--root=${root}`,
      `${root}/${UNITS}/${unit}`,
    ]);
    faults.push(...linesOf(verified).filter((line) => !SYSTEM_PROGRAM.test(line)));
    const threshold = EXPOSURE_MAX[unit];
    if (threshold !== undefined) faults.push(...await exposureFaults(root, unit, threshold));
  }
  return faults;
}

function linesOf({ code, said }: { readonly code: number; readonly said: string }): string[] {
  const lines = said.split("\n").filter((line) => line !== "");
  return code === 0 || lines.length > 0 ? lines : [`systemd-analyze ended with ${code}`];
}

async function exposureFaults(root: string, unit: string, threshold: number): Promise<string[]> {
  const { code, said } = await tryRun("systemd-analyze", [
    "security",
    "--offline=true",
    `--threshold=${threshold}`,
    "--no-pager",
    `${root}/${UNITS}/${unit}`,
  ]);
  return code === 0 ? [] : [`${unit} is more exposed than ${threshold / 10}: ${said}`];
}
