import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { clockTime, longDay } from "../../i18n/format.ts";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { Logo } from "../../ui/Logo.tsx";
import { CardPicture, CodePicture, IdCardPicture, TouchPicture } from "../../ui/Pictograms.tsx";
import { Title } from "../../ui/Screen.tsx";

/** Any touch anywhere ends it (`touched`), so the button is for keyboards and readers. */
export function AttractScreen(): JSX.Element {
  const { settings, now, touched } = useKiosk();
  const known = settings.value;
  return (
    <main class="attract" data-step="attract" data-testid="screen">
      <div class="attract-top">
        <Logo svg={known?.brand.logoSvg ?? null} />
        <p class="attract-institution">{known?.institution.name}</p>
      </div>
      <div class="attract-middle">
        <p class="attract-clock">{clockTime(now.value)}</p>
        <p class="attract-day">{longDay(now.value)}</p>
        <Title step="attract" text={ZH.attract.title} />
        <p class="attract-lead">{ZH.attract.lead}</p>
        <div class="home-pictures">
          <CardPicture />
          <IdCardPicture />
          <CodePicture />
        </div>
      </div>
      <button type="button" class="attract-touch" data-testid="wake" onClick={() => touched()}>
        <TouchPicture />
        {ZH.attract.touch}
      </button>
    </main>
  );
}
