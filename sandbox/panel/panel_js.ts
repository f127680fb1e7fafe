/** Served as a file of its own; plain and small, so that any browser takes it. */
export const PANEL_JS = `"use strict";
const live = document.getElementById("live");
const plan = document.getElementById("plan");
const toast = document.getElementById("toast");
const REFRESH_MS = 2000;

function say(text, good) {
  toast.textContent = text;
  toast.className = good ? "good" : "bad";
  setTimeout(() => { toast.className = ""; }, 3000);
}

async function refresh() {
  const reply = await fetch("sections");
  if (!reply.ok) return;
  const text = await reply.text();
  if (text !== live.dataset.last) live.innerHTML = text;
  live.dataset.last = text;
}

async function send(method, url, body) {
  const init = { method };
  if (body) Object.assign(init, { body, headers: { "content-type": "application/json" } });
  try {
    const reply = await fetch(url, init);
    const answer = reply.status === 204 ? {} : await reply.json().catch(() => ({}));
    say(reply.ok ? "已完成" : answer.reason || answer.detail || answer.error || "没有成功", reply.ok);
    await refresh();
  } catch {
    say("连不上沙箱", false);
  }
}

live.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-url]");
  if (button) send(button.dataset.method, button.dataset.url, button.dataset.body);
});

function fit() {
  for (const option of plan.call.options) {
    option.hidden = Boolean(option.dataset.party) && option.dataset.party !== plan.party.value;
    option.disabled = option.hidden;
  }
  if (plan.call.selectedOptions[0].disabled) plan.call.value = "*";
  for (const label of plan.querySelectorAll("[data-kind]")) {
    label.hidden = label.dataset.kind !== plan.kind.value;
  }
}

plan.addEventListener("change", fit);
plan.addEventListener("submit", (event) => {
  event.preventDefault();
  const fault = { kind: plan.kind.value };
  const label = plan.querySelector('[data-kind="' + fault.kind + '"]');
  if (label) {
    const value = label.querySelector("input").value;
    fault[label.dataset.field] = label.dataset.field === "text" ? value : Number(value);
  }
  const times = Number(plan.times.value);
  send("POST", "sandbox/faults", JSON.stringify({
    party: plan.party.value, call: plan.call.value, fault, times,
  }));
});

fit();
setInterval(() => { if (!document.hidden) refresh().catch(() => {}); }, REFRESH_MS);
`;
