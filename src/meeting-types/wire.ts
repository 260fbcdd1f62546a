import { DEFAULT_NOTIFICATIONS, DEFAULT_POLICIES } from "./defaults.ts";
import type { MeetingTypeRow } from "./queries.ts";
import type { MeetingType } from "./schema.ts";

/** A meeting type as the wire shows it. */
export const meetingTypeOf = (row: MeetingTypeRow): MeetingType => ({
  id: row.id,
  title: row.title,
  slug: row.slug,
  description: row.description,
  durationMinutes: row.durationMinutes,
  durationOptions: row.durationOptions,
  bufferBeforeMinutes: row.bufferBeforeMinutes,
  bufferAfterMinutes: row.bufferAfterMinutes,
  slotIntervalMinutes: row.slotIntervalMinutes,
  slotAlignment: row.slotAlignment,
  minimumNoticeMinutes: row.minimumNoticeMinutes,
  horizon: row.horizon,
  caps: row.caps,
  locationType: row.locationType,
  locationDetails: row.locationDetails,
  scheduleId: row.scheduleId,
  notifications: { ...DEFAULT_NOTIFICATIONS, ...row.notifications },
  reminders: row.reminders,
  capacity: row.capacity,
  requiresConfirmation: row.requiresConfirmation,
  questions: row.questions,
  visibility: row.visibility,
  allowedOrigins: row.allowedOrigins,
  isActive: row.isActive,
  ownerId: row.ownerId,
  organizationId: row.organizationId,
  hostGroups: row.hostGroups,
  policies: { ...DEFAULT_POLICIES, ...row.policies },
  archivedAt: row.archivedAt?.toString() ?? null,
  version: row.version,
  createdAt: row.createdAt.toString(),
  updatedAt: row.updatedAt.toString(),
});
