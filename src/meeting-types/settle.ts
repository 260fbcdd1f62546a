// Settings as given become settings as stored: one spelling for each, and only what makes sense.
import { checkCaps } from "../caps.ts";
import { invalid } from "../problem.ts";
import { checkHorizon, checkLocation, checkQuestions } from "./check-settings.ts";
import type { HostGroup, Settings } from "./settings.ts";

const DURATIONS_MAX = 10;

/** Of an organization's type the statement finds out who may be its host. Problems: invalid. */
export function settle(given: Settings, ownerId: string, isTeam: boolean): Settings {
  const settings = {
    ...given,
    title: given.title.trim(),
    description: given.description?.trim() || null,
    locationDetails: given.locationDetails?.trim() || null,
    durationOptions: settleDurations(given),
    scheduleId: given.scheduleId?.toLowerCase() ?? null,
    hostGroups: given.hostGroups.map(settleGroup),
  };
  checkHosts(settings.hostGroups, isTeam ? null : ownerId);
  checkHorizon(settings.horizon);
  checkLocation(settings);
  if (settings.requiresConfirmation && settings.capacity > 1)
    throw invalid("requiresConfirmation", "is not for meetings with seats: capacity must be 1");
  if (settings.policies.guestVerification !== "none" && settings.capacity > 1)
    throw invalid(
      "policies.guestVerification",
      "is not for meetings with seats: capacity must be 1",
    );
  checkQuestions(settings.questions);
  checkCaps(settings.caps);
  checkReminders(settings.reminders);
  checkOnce(
    "reminders",
    settings.reminders,
    ({ minutesBefore, channel }) => `${channel} ${minutesBefore}`,
    "comes at the same time by the same channel",
  );
  return settings;
}

function settleDurations({ durationMinutes, durationOptions }: Settings): number[] {
  if (durationOptions.length === 0) return [];
  const all = [...new Set([...durationOptions, durationMinutes])].sort((a, b) => a - b);
  if (all.length > DURATIONS_MAX)
    throw invalid("durationOptions", `may be ${DURATIONS_MAX} with durationMinutes among them`);
  return all;
}

const settleGroup = ({ hosts, required }: HostGroup): HostGroup => ({
  hosts: hosts.map(({ userId, scheduleId = null, weight = 1, priority = 0 }) => ({
    userId: userId.toLowerCase(),
    scheduleId: scheduleId?.toLowerCase() ?? null,
    weight,
    priority,
  })),
  required,
});

// Without an organization to agree in, anybody else would find his time taken by meetings that he never agreed to.
function checkHosts(groups: readonly HostGroup[], onlyHost: string | null): void {
  const named = new Set<string>();
  for (const [i, { hosts, required }] of groups.entries()) {
    for (const [j, { userId }] of hosts.entries()) {
      const path = `hostGroups.${i}.hosts.${j}.userId`;
      if (onlyHost !== null && userId !== onlyHost)
        throw invalid(path, "must be you: others join by an organization");
      if (named.has(userId)) throw invalid(path, "stands twice");
      named.add(userId);
    }
    if (required !== "all" && required > hosts.length)
      throw invalid(`hostGroups.${i}.required`, "must not be more than there are hosts");
  }
}

/** At the start itself nobody is helped any more. */
function checkReminders(reminders: Settings["reminders"]): void {
  for (const [i, { minutesBefore }] of reminders.entries())
    if (Math.abs(minutesBefore) < 5)
      throw invalid(`reminders.${i}.minutesBefore`, "must be 5 or more, before or after the start");
}

function checkOnce<T>(
  path: string,
  items: readonly T[],
  keyOf: (item: T) => string,
  trouble: string,
): void {
  const seen = new Set<string>();
  for (const [i, item] of items.entries()) {
    const key = keyOf(item);
    if (seen.has(key)) throw invalid(`${path}.${i}`, `${trouble} as another one`);
    seen.add(key);
  }
}
