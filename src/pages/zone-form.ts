import { zoneNames } from "../availability/zone.ts";
import { type Html, html } from "../messages/html.ts";

export interface ZoneFormFacts {
  readonly path: string;
  /** What the other parameters of the page are, kept as hidden fields. */
  readonly keep: Readonly<Record<string, string | number | null | undefined>>;
  readonly timeZone: string;
  /** The zone was not the guest's own choice: the script may choose the browser's. */
  readonly isGuess: boolean;
}

/** Lets the reader choose the zone in which a page tells its times. Works without a script. */
export const zoneForm = ({ path, keep, timeZone, isGuess }: ZoneFormFacts): Html => html`
<form class="zone" action="${path}" method="get">
${hidden(keep)}
<div>
<label for="zone">Time zone</label>
<select id="zone" name="timeZone"${isGuess && html` data-own-zone`}>
${options(timeZone)}
</select>
</div>
<button class="quiet">Show</button>
</form>`;

/** Hidden fields for what a form carries along. */
export const hidden = (fields: ZoneFormFacts["keep"]): Html[] =>
  Object.entries(fields)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => html`<input type="hidden" name="${name}" value="${String(value)}">`);

function options(chosen: string): Html[] {
  const places = zoneNames().filter((name) => PLACES.test(name));
  // Whoever asks for an older name is shown that name.
  const names = places.includes(chosen) || chosen === "UTC" ? places : [...places, chosen].sort();
  const regions = Object.entries(Object.groupBy(names, (name) => name.split("/")[0]!));
  return [
    option("UTC", chosen),
    ...regions.map(
      ([region, zones = []]) =>
        html`<optgroup label="${region}">${zones.map((zone) => option(zone, chosen))}</optgroup>`,
    ),
  ];
}

const option = (zone: string, chosen: string): Html =>
  html`<option value="${zone}"${zone === chosen && html` selected`}>${zone.replaceAll("_", " ")}</option>`;

// "US/Pacific" and the like are the same places under older names.
const PLACES =
  /^(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)\//;
