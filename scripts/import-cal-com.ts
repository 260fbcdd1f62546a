// Takes a host's schedules and meeting types over from cal.com: bun run import:cal-com. May be run again.
import { planOfCalCom } from "./import/cal-com.ts";
import { carry } from "./import/carry.ts";

await carry(
  "import:cal-com",
  `  Save the answers of GET /v2/event-types (cal-api-version: 2024-06-14) and GET /v2/schedules
  (cal-api-version: 2024-06-11), and name the files.`,
  planOfCalCom,
);
