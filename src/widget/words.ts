// What the widget says. A language is one file of `languages`: what is said beside the times, and what later. English
// is part of the module, each half with the code that says it.

import { times } from "./languages/en.json" with { type: "json" };
import type english from "./languages/en.json";

/** A language as its file has it. */
export type Language = typeof english;
export type Words = Language["times"] & Language["later"];

/** Until the later part brings its half. */
export const ENGLISH = times as Words;

export const wordsOf = ({ times: first, later }: Language): Words => ({ ...first, ...later });
