import type { JSX } from "preact";
import type { PlaceGiven } from "../place.ts";
import { Link } from "./Link.tsx";

export interface View {
  readonly name: string;
  readonly title: string;
  readonly to: PlaceGiven;
}

interface ViewsProps {
  readonly label: string;
  readonly views: readonly View[];
  readonly current: string;
}

/** Sides of one page, each with an address of its own. */
export function Views({ label, views, current }: ViewsProps): JSX.Element {
  return (
    <nav class="views" aria-label={label}>
      {views.map(({ name, title, to }) => (
        <Link
          key={name}
          to={to}
          class="view-link"
          current={name === current}
          testId={`view-${name}`}
        >
          {title}
        </Link>
      ))}
    </nav>
  );
}
