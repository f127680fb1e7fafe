import type { ComponentChildren, JSX } from "preact";

/** Our own drawings on a 96-unit square: thick lines, one soft fill, moving parts named by class. */
function Drawing(
  props: { readonly name: string; readonly children: ComponentChildren },
): JSX.Element {
  return (
    <svg
      class={`pictogram pictogram-${props.name}`}
      viewBox="0 0 96 96"
      fill="none"
      stroke="currentColor"
      stroke-width="4"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {props.children}
    </svg>
  );
}

export function PayPicture(): JSX.Element {
  return (
    <Drawing name="pay">
      <path class="soft" d="M22 10h52v74l-8.7-6-8.6 6-8.7-6-8.7 6-8.6-6-8.7 6z" />
      <path d="M38 24l10 13 10-13M48 37v24M37 42h22M37 51h22" />
    </Drawing>
  );
}

export function RegisterPicture(): JSX.Element {
  return (
    <Drawing name="register">
      <rect class="soft" x="14" y="18" width="68" height="66" rx="8" />
      <path d="M14 36h68M32 10v14M64 10v14" />
      <path d="M48 46v28M34 60h28" stroke-width="7" />
    </Drawing>
  );
}

export function WardPicture(): JSX.Element {
  return (
    <Drawing name="ward">
      <path class="soft" d="M12 52h72v18H12z" />
      <path d="M12 30v52M84 52v30M12 70h72" />
      <circle cx="28" cy="42" r="7" />
      <path d="M42 52v-8h26c9 0 16 4 16 8" />
      <path d="M66 10v20M56 20h20" stroke-width="6" />
    </Drawing>
  );
}

export function CardPicture({ leaving = false }: { readonly leaving?: boolean }): JSX.Element {
  return (
    <Drawing name="card">
      <g class={leaving ? "moving-out" : "moving-in"}>
        <rect class="soft" x="20" y="6" width="56" height="64" rx="6" />
        <rect class="solid" x="37" y="40" width="22" height="18" rx="3" stroke="none" />
        <path d="M30 18h24M30 27h14" />
      </g>
      <rect class="solid" x="6" y="64" width="84" height="26" rx="6" stroke="none" />
      <path class="cut" d="M18 71h60" stroke-width="5" />
    </Drawing>
  );
}

/** The keypad for PINs under its shield. */
export function PinPicture(): JSX.Element {
  return (
    <Drawing name="pin">
      <rect class="soft" x="16" y="26" width="64" height="64" rx="8" />
      <path d="M30 42h6M45 42h6M60 42h6M30 56h6M45 56h6M60 56h6M30 70h6M45 70h6" />
      <path d="M60 70h8" stroke-width="8" />
      <path class="waves" d="M10 26c0-12 17-20 38-20s38 8 38 20" />
    </Drawing>
  );
}

/** A face before the camera. */
export function FacePicture(): JSX.Element {
  return (
    <Drawing name="face">
      <path d="M8 26V8h18M70 8h18v18M88 70v18H70M26 88H8V70" />
      <circle class="soft" cx="48" cy="48" r="28" />
      <path d="M38 42v4M58 42v4M38 58c5 6 15 6 20 0" />
    </Drawing>
  );
}

export function IdCardPicture(): JSX.Element {
  return (
    <Drawing name="id-card">
      <rect class="solid" x="6" y="76" width="84" height="14" rx="6" stroke="none" />
      <path class="waves" d="M37 68c7-5 15-5 22 0M27 61c12-9 30-9 42 0" />
      <g class="hovering">
        <rect class="soft" x="12" y="6" width="72" height="44" rx="6" />
        <circle class="solid" cx="65" cy="20" r="6" stroke="none" />
        <path d="M53 40c2-7 7-9 12-9s10 2 12 9M22 18h20M22 28h20M22 38h14" />
      </g>
    </Drawing>
  );
}

export function CodePicture(): JSX.Element {
  return (
    <Drawing name="code">
      <rect class="solid" x="6" y="78" width="84" height="14" rx="6" stroke="none" />
      <path class="waves" d="M36 72l-6-8M60 72l6-8M48 72v-7" />
      <rect class="soft" x="26" y="4" width="44" height="54" rx="8" />
      <path d="M34 14h10v10H34zM52 14h10v10H52zM34 36h10v10H34z" />
      <path class="solid" d="M51 35h6v6h-6zM58 42h5v5h-5z" stroke="none" />
      <path class="scan-line" d="M18 30h60" />
    </Drawing>
  );
}

/** A phone that looks at the code on the screen. */
export function ShowCodePicture(): JSX.Element {
  return (
    <Drawing name="show-code">
      <rect class="soft" x="4" y="8" width="64" height="62" rx="6" />
      <path d="M14 18h12v12H14zM38 18h12v12H38zM14 46h12v12H14z" />
      <path d="M34 70v14M20 86h28" />
      <rect class="ground" x="54" y="36" width="38" height="56" rx="8" />
      <path d="M62 52v-6h6M78 46h6v6M84 66v6h-6M68 72h-6v-6" />
      <path class="scan-line" d="M62 59h22" />
      <path d="M70 83h6" />
    </Drawing>
  );
}

export function StaffPicture(): JSX.Element {
  return (
    <Drawing name="staff">
      <circle class="soft" cx="48" cy="34" r="18" />
      <path d="M14 86c3-20 17-28 34-28s31 8 34 28" />
      <path d="M26 36v-6a22 22 0 0 1 44 0v6M70 36c0 10-6 15-15 16" />
    </Drawing>
  );
}

export function DonePicture(): JSX.Element {
  return (
    <Drawing name="done">
      <circle class="soft" cx="48" cy="48" r="38" />
      <path class="tick" d="M30 49l13 13 24-27" stroke-width="7" />
    </Drawing>
  );
}

export function WaitPicture(): JSX.Element {
  return (
    <Drawing name="wait">
      <circle class="soft" cx="48" cy="48" r="38" />
      <path d="M48 24v24l15 10" stroke-width="6" />
    </Drawing>
  );
}

export function AttentionPicture(): JSX.Element {
  return (
    <Drawing name="attention">
      <circle class="soft" cx="48" cy="48" r="38" />
      <path d="M48 27v26M48 67v1" stroke-width="8" />
    </Drawing>
  );
}

export function ReturnPicture(): JSX.Element {
  return (
    <Drawing name="return">
      <circle class="soft" cx="48" cy="48" r="38" />
      <path d="M40 34L27 47l13 13M28 47h26c9 0 14 6 14 13v4" stroke-width="6" />
    </Drawing>
  );
}

export function ClosedPicture(): JSX.Element {
  return (
    <Drawing name="closed">
      <rect class="soft" x="12" y="14" width="72" height="50" rx="7" />
      <path d="M40 30v18M56 30v18" stroke-width="7" />
      <path d="M48 64v16M30 82h36" />
    </Drawing>
  );
}

export function NetworkPicture(): JSX.Element {
  return (
    <Drawing name="network">
      <path
        d="M12 40c20-18 52-18 72 0M25 53c13-11 33-11 46 0M37 66c7-5 15-5 22 0"
        stroke-width="6"
      />
      <path d="M48 78v1" stroke-width="9" />
      <path d="M18 16l60 66" stroke-width="6" />
    </Drawing>
  );
}

export function EmptyPicture(): JSX.Element {
  return (
    <Drawing name="empty">
      <rect class="soft" x="20" y="14" width="56" height="72" rx="7" />
      <path d="M36 8h24v12H36zM34 52l10 10 19-21" stroke-width="5" />
    </Drawing>
  );
}

export function PersonPicture(): JSX.Element {
  return (
    <Drawing name="person">
      <circle class="soft" cx="48" cy="30" r="18" />
      <path class="soft" d="M14 86c2-22 17-32 34-32s32 10 34 32z" />
    </Drawing>
  );
}

export function TouchPicture(): JSX.Element {
  return (
    <Drawing name="touch">
      <path d="M28 34a20 20 0 1 1 36 0" />
      <path
        class="soft"
        d="M40 58V32a6 6 0 0 1 12 0v20l18 4c5 1 8 5 7 10l-3 22H44L28 70c-5-6 2-13 7-9z"
      />
    </Drawing>
  );
}

export function BackPicture(): JSX.Element {
  return (
    <Drawing name="back">
      <path d="M58 20L30 48l28 28" stroke-width="9" />
    </Drawing>
  );
}

export function ForwardPicture(): JSX.Element {
  return (
    <Drawing name="forward">
      <path d="M38 20l28 28-28 28" stroke-width="9" />
    </Drawing>
  );
}

export function TickPicture(): JSX.Element {
  return (
    <Drawing name="tick">
      <path d="M20 50l20 20 38-42" stroke-width="11" />
    </Drawing>
  );
}
