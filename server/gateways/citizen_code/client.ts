import { done, type Outcome, refused } from "../../platform/outcome.ts";
import { callCodePlatform, type CodePlatformLine } from "./signed_call.ts";
import { answerSchema, type Citizen, type Decode, DECODE_PATH } from "./wire.ts";

/** Who a scanned code names; refuses with `unknown_code` or `expired_code`. Changes nothing. */
export interface CitizenCodeClient {
  decode(body: Decode): Promise<Outcome<Citizen>>;
}

export function openCitizenCodeClient(line: CodePlatformLine): CitizenCodeClient {
  return {
    async decode(asked) {
      const call = { path: DECODE_PATH, asked, readOnly: true };
      const answer = await callCodePlatform(line, call, answerSchema);
      if (answer.kind !== "done") return answer;
      return answer.value.code === "ok"
        ? done(answer.value.data)
        : refused(answer.value.code, answer.value.message);
    },
  };
}
