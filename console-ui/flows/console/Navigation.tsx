import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { SessionInfo } from "../../../server/modules/access/sign_in/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { Link } from "../../ui/Link.tsx";
import type { ConsoleModelInstance } from "./model.ts";
import { groupsFor } from "./sections.ts";

interface NavigationProps {
  readonly console: ConsoleModelInstance;
  readonly session: SessionInfo;
}

/** Only what the account may open; the platform refuses the rest anyway. */
export function Navigation({ console, session }: NavigationProps): JSX.Element {
  const { section } = console.place.value;
  const permissions = new Set(session.permissions.map(({ permission }) => permission));
  const side = useRef<HTMLElement>(null);
  useEffect(() => {
    side.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [section]);
  return (
    <nav class="side" aria-label={ZH.shell.navigation} ref={side}>
      <Link to={{ section: "" }} class="side-link" current={section === ""} testId="nav-home">
        {ZH.shell.home}
      </Link>
      {groupsFor(permissions).map((group) => (
        <div key={group.name} class="side-group">
          <h2 class="side-title" id={`group-${group.name}`}>{ZH.groups[group.name]}</h2>
          <ul aria-labelledby={`group-${group.name}`}>
            {group.sections.map(({ name }) => (
              <li key={name}>
                <Link
                  to={{ section: name }}
                  class="side-link"
                  current={section === name}
                  testId={`nav-${name}`}
                >
                  {ZH.sections[name]}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
