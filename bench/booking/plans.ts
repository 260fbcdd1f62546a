// How PostgreSQL runs the statement of a month of free times and the one that books, in each installation.
import type { House } from "./house.ts";

/** Plans are made for their first values some times before one does for all. */
const WARM_UP = 6;

/** A document of EXPLAIN (ANALYZE, BUFFERS) of one host's statements at every size. */
export async function describePlans(houses: readonly House[]): Promise<string> {
  const parts = [
    `# The plans at every size

Written by \`bench/flat.ts\`: \`EXPLAIN (ANALYZE, BUFFERS)\` of the two statements, for a type of one host. Left out are what was
never executed, details of sorts, hashes and conflicts, and pages of planning. Functions and triggers count in the buffers of the node that calls them.
`,
  ];
  for (const [title, of] of [
    ["A month of free times: sql/queries/slots/find_slot_facts.sql", slots],
    ["A booking: sql/queries/bookings/book.sql", booking],
  ] as const)
    for (const house of houses) {
      let plan = "";
      for (let n = 0; n < WARM_UP; n += 1) plan = await of(house);
      parts.push(
        `## ${title}, ${house.size.toLocaleString("en")} bookings\n\n\`\`\`\n${plan}\n\`\`\`\n`,
      );
    }
  return parts.join("\n");
}

const slots = async (house: House) => explained(house, await house.month("one host").statement());
const booking = async (house: House) => explained(house, (await house.prepare("one host")).take);

async function explained(
  { world }: House,
  { text, values }: Awaited<ReturnType<ReturnType<House["month"]>["statement"]>>,
): Promise<string> {
  const rows = await world.db.run(`explain (analyze, buffers, costs off) ${text}`, values);
  return shortened(rows.map((row) => String(Object.values(row)[0])));
}

/** Nodes that ran, their conditions and their pages. */
function shortened(lines: readonly string[]): string {
  const kept: string[] = [];
  let skippedDepth = Number.POSITIVE_INFINITY;
  let isPlanning = false;
  for (const line of lines) {
    const depth = line.search(/\S/);
    if (depth > skippedDepth) continue;
    skippedDepth = Number.POSITIVE_INFINITY;
    if (/\(never executed\)/.test(line)) {
      skippedDepth = depth;
      continue;
    }
    if (line.startsWith("Planning:")) isPlanning = true;
    else if (depth === 0) isPlanning = false;
    const isDetail =
      /^\s*(Sort|Group|Presorted) Key|Sort Method|Storage:|Cache (Key|Mode)|Hits:|Index Searches|Buckets:|Conflict|One-Time/;
    if (!isPlanning && !isDetail.test(line)) kept.push(line);
  }
  return kept.join("\n");
}
