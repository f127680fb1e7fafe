import type { JSX } from "preact";

/** The buyer's logo as a picture, so that nothing in it can run; ours where there is none. */
export function Logo({ svg }: { readonly svg: string | null }): JSX.Element {
  if (svg !== null) {
    return <img class="logo" alt="" src={`data:image/svg+xml,${encodeURIComponent(svg)}`} />;
  }
  return (
    <svg class="logo" viewBox="0 0 64 64" aria-hidden="true">
      <rect class="logo-ground" width="64" height="64" rx="16" />
      <path
        class="logo-mark"
        d="M14 21a5 5 0 0 1 5-5h26a5 5 0 0 1 5 5v22a5 5 0 0 1-5 5H19a5 5 0 0 1-5-5z"
      />
      <path class="logo-cross" d="M32 23v18M23 32h18" />
    </svg>
  );
}
