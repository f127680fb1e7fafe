/** CPU seconds of processes, from /proc: Linux only, as the figures are. */

/** USER_HZ is 100 on every Linux we run on (proc_pid_stat(5), fields utime … cstime). */
const TICKS_PER_SECOND = 100;

/** Of one process and all children it has waited for. */
export async function cpuSecondsOf(pid: number): Promise<number> {
  const fields = await statOf(pid);
  return fields === null ? 0 : seconds(fields.slice(11, 15));
}

/** Of a process, its living children and those it has waited for: a whole PostgreSQL server. */
export async function cpuSecondsOfTree(root: number): Promise<number> {
  let total = await cpuSecondsOf(root);
  for await (const entry of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(entry.name)) continue;
    const fields = await statOf(Number(entry.name));
    if (fields !== null && Number(fields[1]) === root) total += seconds(fields.slice(11, 15));
  }
  return total;
}

/** Of everything on the machine, and stolen from it: proc_stat(5), without idle and iowait. */
export async function cpuSecondsOfMachine(): Promise<number> {
  const [line = ""] = (await Deno.readTextFile("/proc/stat")).split("\n", 1);
  const [user = "0", nice = "0", system = "0", , , irq = "0", softirq = "0", steal = "0"] = line
    .split(/\s+/).slice(1);
  return seconds([user, nice, system, irq, softirq, steal]);
}

/** The fields after the name, which may hold spaces: state, ppid, … */
async function statOf(pid: number): Promise<string[] | null> {
  try {
    const text = await Deno.readTextFile(`/proc/${pid}/stat`);
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return null;
    throw thrown;
  }
}

function seconds(ticks: readonly string[]): number {
  return ticks.reduce((sum, count) => sum + Number(count), 0) / TICKS_PER_SECOND;
}
