// What the page of results remembers while a person looks at a lesion: choices, and how far it was scrolled.
import type { WhatIfChoices } from "../../api";

export const NO_CHOICES: WhatIfChoices = {
  exclude_treated: false,
  interval_days: null,
  vendor: "",
  reader: "",
  edition: "",
  map_source: "",
};

export const kept: { choices: WhatIfChoices; scroll: number; marker: string } = { choices: NO_CHOICES, scroll: 0, marker: "" };

export function isChosen(choices: WhatIfChoices): boolean {
  return JSON.stringify(choices) !== JSON.stringify(NO_CHOICES);
}

export function lesionPath(subject: string, lesion: string): string {
  return `/results/lesion/${encodeURIComponent(subject)}/${encodeURIComponent(lesion)}`;
}
