import type { Settings } from "./settings.ts";

/** What holds where a new meeting type says nothing; only a title is asked for. */
export const defaultsFor = (ownerId: string): Omit<Settings, "title"> => ({
  description: null,
  durationMinutes: 30,
  durationOptions: [],
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  slotIntervalMinutes: null,
  slotAlignment: "start",
  minimumNoticeMinutes: 60,
  horizon: { kind: "rolling", days: 60 },
  caps: [],
  locationType: "PHONE",
  locationDetails: null,
  scheduleId: null,
  notifications: DEFAULT_NOTIFICATIONS,
  reminders: [{ minutesBefore: 1440, channel: "email", to: "both" }],
  capacity: 1,
  requiresConfirmation: false,
  questions: [],
  visibility: "public",
  allowedOrigins: null,
  isActive: true,
  hostGroups: [{ hosts: [{ userId: ownerId }], required: "all" }],
  policies: DEFAULT_POLICIES,
});

export const DEFAULT_NOTIFICATIONS: Settings["notifications"] = {
  confirmation: true,
  cancellation: true,
  reschedule: true,
  sms: false,
  noShow: false,
};

export const DEFAULT_POLICIES: Settings["policies"] = {
  cancelUntilMinutesBefore: null,
  rescheduleUntilMinutesBefore: null,
  reasonRequired: false,
  maxActivePerGuest: null,
  guestVerification: "none",
};
