import { complain, StartError } from "../command.ts";

const ANSWER_BYTES_MAX = 64;

/** Throws StartError unless the operator answers yes, or had said so with --yes. */
export async function requireYes(question: string, isYes: boolean): Promise<void> {
  if (isYes) return;
  if (!Deno.stdin.isTerminal()) {
    throw new StartError("这里不能提问：核对以上内容后，加 --yes 再执行");
  }
  complain(`${question}（输入 yes 确认）`);
  const buffer = new Uint8Array(ANSWER_BYTES_MAX);
  const length = await Deno.stdin.read(buffer) ?? 0;
  const answer = new TextDecoder().decode(buffer.subarray(0, length)).trim();
  if (answer !== "yes") throw new StartError("没有确认，什么都没有改动");
}
