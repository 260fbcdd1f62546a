// What a schema cannot say of a meeting type's settings. Problems of all: invalid.
import { invalid } from "../problem.ts";
import type { Settings } from "./settings.ts";

const FIELDS_OF = {
  rolling: ["days"],
  businessDays: ["days"],
  range: ["from", "until"],
  unlimited: [],
} as const;

/** Each kind of horizon has its own fields. */
export function checkHorizon(horizon: Settings["horizon"]): void {
  const { kind, from, until } = horizon;
  const own: readonly string[] = FIELDS_OF[kind];
  for (const field of ["days", "from", "until"] as const) {
    const isGiven = horizon[field] !== undefined;
    if (isGiven && !own.includes(field))
      throw invalid(`horizon.${field}`, `does not belong to the kind ${kind}`);
    if (!isGiven && own.includes(field)) throw invalid(`horizon.${field}`, "is missing");
  }
  if (from === undefined || until === undefined) return;
  if (!from.startsWith("20")) throw invalid("horizon.from", "must lie between 2000 and 2099");
  if (!until.startsWith("20")) throw invalid("horizon.until", "must lie between 2000 and 2099");
  if (until < from) throw invalid("horizon.until", "must not lie before `from`");
}

/** A link that guests are to follow must be one. */
export function checkLocation({
  locationType,
  locationDetails,
}: Pick<Settings, "locationType" | "locationDetails">): void {
  if (locationType !== "CUSTOM_LINK" || locationDetails === null) return;
  if (!/^https?:\/\/\S+$/i.test(locationDetails) || !URL.canParse(locationDetails))
    throw invalid("locationDetails", "must be a link such as https://meet.example.com/ada");
}

/** Ids once, and what belongs to a type of question with that type only. */
export function checkQuestions(questions: Settings["questions"]): void {
  const ids = new Set<string>();
  for (const [i, { id, type, options, maxLength }] of questions.entries()) {
    const path = `questions.${i}`;
    if (ids.has(id)) throw invalid(`${path}.id`, "stands twice");
    ids.add(id);
    const isChoice = type === "select" || type === "multiSelect";
    if (isChoice && !options) throw invalid(`${path}.options`, "is missing");
    if (!isChoice && options)
      throw invalid(`${path}.options`, `does not belong to the type ${type}`);
    if (maxLength !== undefined && type !== "text" && type !== "longText")
      throw invalid(`${path}.maxLength`, `does not belong to the type ${type}`);
  }
}
