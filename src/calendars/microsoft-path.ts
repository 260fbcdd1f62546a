export const pathOf = (calendar: string): string => `/me/calendars/${encodeURIComponent(calendar)}`;

export const eventPath = (calendar: string, event: string): string =>
  `${pathOf(calendar)}/events/${encodeURIComponent(event)}`;
