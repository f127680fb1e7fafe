import type { JSX } from "preact";

interface ProgressProps {
  readonly label: string;
  readonly done: number;
  readonly total: number;
}

/** The browser's own bar, with its number beside it. */
export function Progress({ label, done, total }: ProgressProps): JSX.Element {
  const percent = total === 0 ? 0 : Math.floor((done / total) * 100);
  return (
    <div class="progress">
      <progress max={total} value={done} aria-label={label} />
      <span class="progress-number">{percent}%</span>
    </div>
  );
}
