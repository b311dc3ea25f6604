// Words of the study that a newcomer does not know, each in a sentence.
export const TERMS = {
  refit: "The ADC computed again by Adcurate from the exam's own diffusion images, to hold the scanner's map against.",
  "map of record": "The ADC map whose numbers count, as the protocol says: the scanner's own, or the one computed again.",
  pointer: "A point on one image that says which lesion is meant. Readers see the point, and no drawing.",
  vault: "The encrypted part of a study, in which names and hospital numbers lie. Its key is kept elsewhere.",
  digest: "A short fingerprint of a file or table: one changed letter gives another digest.",
  ledger: "For each image the b-value that was chosen, the one that was really measured, and where in the file it stands.",
  unrequested: "Came, but no row of the list of subjects asks for it.",
  seal: "Locks the outcomes away with a passphrase until every reading is locked, so that nobody can have looked.",
  visit: "One time at which a subject was examined. Most studies have one; with more, each has a name.",
} as const;

export type TermName = keyof typeof TERMS;
