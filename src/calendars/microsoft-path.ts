/** Where a calendar is, below Graph's version; its id may hold any character. */
export const pathOf = (calendar: string): string => `/me/calendars/${encodeURIComponent(calendar)}`;

/** Where an event of it is. */
export const eventPath = (calendar: string, event: string): string =>
  `${pathOf(calendar)}/events/${encodeURIComponent(event)}`;
