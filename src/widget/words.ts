// What the widget says. A language is one file of `languages`; English is part of the module.
import english from "./languages/en.json" with { type: "json" };

export type Words = typeof english;

export const ENGLISH: Words = english;
