import type { AuthenticateProgram } from "../sign_in/console_door.ts";
import {
  authenticateProgram,
  type AuthenticateProgramDeps,
  judgeHead,
} from "./authenticate_program.ts";
import { programBody, programHead } from "./read_request.ts";

/** As the console's door asks for programs. */
export function programDoor(deps: AuthenticateProgramDeps): AuthenticateProgram {
  return async (first, from) => {
    const head = await judgeHead(deps, programHead(first, from));
    return async (whole) => {
      const { account, permissions } = await authenticateProgram(deps, head, {
        body: () => programBody(whole),
      });
      return {
        id: account.id,
        login: account.login,
        organisationId: account.organisation_id,
        duty: account.duty,
        rightsVersion: account.rights_version,
        only: permissions && new Set(permissions),
      };
    };
  };
}
