export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Its arguments; empty of one that is gone. */
  readonly line: string;
}

/** All of this machine, as far as they can be seen. */
export async function processes(): Promise<Process[]> {
  const found: Process[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const pid = Number(name);
    found.push({ pid, parent: await parentOf(pid), line: await argumentsOf(pid) });
  }
  return found;
}

/** Those that the process started, and those that these did. */
export function descendantsOf(ancestor: number, all: readonly Process[]): Process[] {
  const parents = new Map(all.map(({ pid, parent }) => [pid, parent]));
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === ancestor || isBelow(parent));
  };
  return all.filter(({ pid }) => isBelow(pid));
}

async function parentOf(pid: number): Promise<number> {
  try {
    const status = await Deno.readTextFile(`/proc/${pid}/status`);
    return Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

async function argumentsOf(pid: number): Promise<string> {
  try {
    return (await Deno.readTextFile(`/proc/${pid}/cmdline`)).replaceAll("\0", " ");
  } catch {
    return "";
  }
}
