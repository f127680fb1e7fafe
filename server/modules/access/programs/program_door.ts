import type { AuthenticateProgram } from "../sign_in/console_door.ts";
import { authenticateProgram, type AuthenticateProgramDeps } from "./authenticate_program.ts";
import { readProgramRequest } from "./read_request.ts";

/** As the console's door asks for programs. */
export function programDoor(deps: AuthenticateProgramDeps): AuthenticateProgram {
  return async (request, from) => {
    const read = await readProgramRequest(request, from);
    const { account, permissions } = await authenticateProgram(deps, read);
    return {
      id: account.id,
      login: account.login,
      organisationId: account.organisation_id,
      duty: account.duty,
      rightsVersion: account.rights_version,
      only: permissions && new Set(permissions),
    };
  };
}
