import { StartError } from "../command.ts";

/**
 * PostgreSQL refuses to run as root. Root restores as the user who will serve the cluster; anybody
 * else as himself.
 */
export interface DatabaseUser {
  /** Null when it is ourselves. */
  readonly ids: { readonly uid: number; readonly gid: number } | null;
  /** What a program is started with, to be that user and to end when we do. */
  command(words: readonly string[]): [string, string[]];
  /** Gives what we made to that user. */
  own(path: string): Promise<void>;
}

export async function openDatabaseUser(name: string): Promise<DatabaseUser> {
  const ids = Deno.uid() === 0 ? await idsOf(name) : null;
  const asOther = ids ? [`--reuid=${ids.uid}`, `--regid=${ids.gid}`, "--init-groups"] : [];
  return {
    ids,
    command(words) {
      const [program = "", ...args] = ["setpriv", "--pdeathsig=QUIT", ...asOther, "--", ...words];
      return [program, args];
    },
    async own(path) {
      if (ids) await Deno.chown(path, ids.uid, ids.gid);
    },
  };
}

async function idsOf(name: string): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all(["-u", "-g"].map(async (option) => {
    const { success, stdout } = await new Deno.Command("id", { args: [option, name] }).output();
    return success ? Number(new TextDecoder().decode(stdout)) : NaN;
  }));
  if (uid !== undefined && gid !== undefined && uid > 0 && gid > 0) return { uid, gid };
  throw new StartError(
    `没有系统用户 "${name}"：PostgreSQL 不能以 root 运行。用 backup.run_as 写明数据库的系统用户`,
  );
}
