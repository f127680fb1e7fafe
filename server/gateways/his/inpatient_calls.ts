import { mapDone, type Outcome, unknown } from "../../platform/outcome.ts";
import { exchange, type HisLine } from "./exchange.ts";
import { type ReturnedPosting, returnedSchema } from "./wire.ts";
import {
  type InpatientAccount,
  inpatientAccountSchema,
  type ReturnDeposit,
} from "./wire/inpatient.ts";

/** What HIS is asked about in-patients. */
export interface InpatientHis {
  findInpatientAccount(
    body: { readonly institutionCode: string; readonly patientId: string },
  ): Promise<Outcome<InpatientAccount | null>>;
  returnDeposit(body: ReturnDeposit): Promise<Outcome<ReturnedPosting>>;
}

export function inpatientCalls(line: HisLine): InpatientHis {
  return {
    async findInpatientAccount(body) {
      const answer = inpatientAccountSchema;
      const call = { name: "inpatient_account", body, answer, readOnly: true } as const;
      return mapDone(await exchange(line, call), ({ account }) => account);
    },
    async returnDeposit(body) {
      const outcome = await exchange(line, {
        name: "return_deposit",
        body,
        answer: returnedSchema,
      });
      if (outcome.kind !== "done") return outcome;
      const { returnId, total } = outcome.value;
      if (returnId !== body.returnId) return unknown("HIS answered about another return");
      return total === body.total ? outcome : unknown("HIS gave back another total");
    },
  };
}
