// Takes a host's schedules and meeting types over from Calendly: bun run import:calendly. May be run again.
import { planOfCalendly } from "./import/calendly.ts";
import { carry } from "./import/carry.ts";

await carry(
  "import:calendly",
  `  Save the answers of https://api.calendly.com/event_types?user=<uri>&count=100 and
  https://api.calendly.com/user_availability_schedules?user=<uri> (every page), and name the files.`,
  planOfCalendly,
);
