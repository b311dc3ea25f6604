// What long work is called, for whom something else waits for it.
const NAMES: Record<string, string> = {
  backup: "Backup",
  drill: "Trying a backup",
  verify: "Checking everything",
  move: "Moving an exam",
  results: "Results",
  draft: "Draft of the hand-over",
  "hand-over": "Hand-over",
  "images.look": "Looking at exams",
  "images.add": "Adding images",
  "images.try-again": "Trying refused images again",
  demo: "Making the demo",
};

export function workName(kind: string): string {
  return NAMES[kind] ?? (kind.startsWith("what-if") ? "What other choices move" : "Other work");
}
