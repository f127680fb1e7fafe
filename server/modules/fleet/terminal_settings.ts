import { chinaTime } from "../../platform/clock.ts";
import { DomainError } from "../../platform/errors.ts";
import {
  type Service,
  SERVICES,
  type ServiceState,
  type TerminalSettings,
} from "../settings/contract.ts";
import type { TerminalSite } from "./terminal_site.ts";

/** What a terminal shows and offers now. */
export function terminalSettings(site: TerminalSite, now: Date): TerminalSettings {
  const { institution, settings, terminal } = site;
  return {
    terminal: { number: terminal.number, suspended: isSuspended(site) },
    institution: {
      name: institution.name,
      code: institution.code,
      staffPhone: institution.staffPhone ?? "",
    },
    brand: settings.get("kiosk.brand"),
    services: SERVICES.map((service) => serviceState(site, service, now)),
    idle: settings.get("kiosk.idle"),
    tenderModes: settings.get("payment.modes"),
    faceCheck: settings.get("kiosk.face_check"),
    serverTime: now.toISOString(),
  };
}

/** Refuses what is closed here and now with a code the screen can explain. */
export function requireOpen(site: TerminalSite, service: Service, now: Date): void {
  if (isSuspended(site)) {
    throw new DomainError("settings.terminal_suspended", "Cannot serve: the terminal is suspended");
  }
  const state = serviceState(site, service, now);
  if (!state.open) {
    throw new DomainError(`settings.service_${state.reason}`, `Cannot serve: ${service} is closed`);
  }
}

function isSuspended({ settings, terminal }: TerminalSite): boolean {
  return settings.get("terminal.suspended") || terminal.state !== "active";
}

function serviceState({ settings }: TerminalSite, service: Service, now: Date): ServiceState {
  if (!settings.get("services.open").includes(service)) {
    return { service, open: false, reason: "closed_here" };
  }
  const intake = settings.get("checkout.intake");
  if (!intake.open) return { service, open: false, reason: "switching", text: intake.text };
  const { from, to } = settings.get("services.hours");
  const time = chinaTime(now).slice(11, 16);
  const open = from <= time && time < to;
  return { service, open, reason: open ? null : "outside_hours" };
}
