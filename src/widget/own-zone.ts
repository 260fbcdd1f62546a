/** What the browser calls the zone it is in, and nothing of its clock. */
export const ownZone = (): string => {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return timeZone === "Etc/UTC" || !timeZone ? "UTC" : timeZone;
};
