import type { SmProvider } from "../../../../crypto/provider.ts";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import { forbidden, type Rights } from "../caller.ts";
import { isPermission, type Permission } from "../permission.ts";
import type { ProgramCaller } from "./authenticate_program.ts";
import type { ProgramToken, ProgramTokenBody } from "./contract.ts";
import { writeToken } from "./token.ts";

export interface IssueTokenDeps {
  readonly clock: Clock;
  readonly provider: SmProvider;
  /** What the account may do now, from this address. */
  readonly rightsOf: (
    account: ProgramCaller["account"],
    address: string | null,
  ) => Promise<Rights>;
}

/**
 * A token for some of what the account may do, for a few minutes. Throws DomainError
 * `access.forbidden` for more than that, and for a caller that itself came with a token: else one
 * request signed would be good for ever.
 */
export async function issueToken(
  deps: IssueTokenDeps,
  { program, address }: { readonly program: ProgramCaller; readonly address: string | null },
  body: ProgramTokenBody,
): Promise<ProgramToken> {
  if (program.via === "token") {
    throw new DomainError("access.forbidden", "Cannot give a token for a token: sign the request");
  }
  const rights = await deps.rightsOf(program.account, address);
  const permissions = [...new Set(body.permissions)].sort().map((name) => held(rights, name));
  const from = deps.clock.now();
  const to = new Date(from.getTime() + body.seconds * 1_000);
  const token = await writeToken(deps.provider, { keyId: program.keyId, permissions, from, to });
  return { token, expiresAt: to.toISOString() };
}

function held(rights: Rights, name: string): Permission {
  if (!isPermission(name)) {
    throw new DomainError("access.forbidden", "Cannot give a token for an unknown permission");
  }
  if (!rights.has(name)) throw forbidden(name);
  return name;
}
