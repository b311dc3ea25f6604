// The words of a study's steps, and the page on which each is done.
import type { Home, StepName, WaitedFor } from "../../api";
import { giving } from "../coordinator/NewLesions";
import { many } from "../shell/words";

export const STEPS: Record<StepName, { label: string; does: string; to: string }> = {
  protocol: { label: "Protocol", does: "Decide what the study does", to: "/protocol" },
  patients: { label: "Subjects", does: "Enter the subjects", to: "/patients" },
  images: { label: "Images", does: "Bring the images", to: "/images" },
  pointers: { label: "Pointers", does: "Point at each lesion", to: "/pointers" },
  design: { label: "Design", does: "Say who reads what, and begin", to: "/design" },
  reading: { label: "Reading", does: "See how far the readers are", to: "/progress" },
  decisions: { label: "Differences", does: "See which differences are open", to: "/adjudication" },
  results: { label: "Results", does: "Make the results", to: "/results" },
  "hand-over": { label: "Hand-over", does: "Lock the data and hand them over", to: "/hand-over" },
};

export const CAUSES: Record<WaitedFor["cause"], { says: (n: number) => string; to: string }> = {
  exams: { says: (n) => `${many(n, "exam")} to choose among several`, to: "/patients" },
  pointers: { says: (n) => `${many(n, "lesion")} without a pointer`, to: "/pointers" },
  design: { says: () => "the design of the reading", to: "/design" },
  lesions: { says: (n) => `${giving(n)}:`, to: "/design" },
  cases: { says: (n) => `${many(n, "case")} to read`, to: "/progress" },
  differences: { says: (n) => `${many(n, "difference")} to decide`, to: "/adjudication" },
  seal: { says: () => "the seal of the outcomes: every reading is locked", to: "/blinding" },
  backup: { says: () => "the last backup failed", to: "/keep" },
};

/** What the large button says and where it leads: lesions that no reader has come before waiting for readers. */
export function nextOf(step: StepName, home: Home): { does: string; to: string } {
  const late = home.waited_for.find((one) => one.cause === "lesions");
  return step === "reading" && late ? { does: giving(late.n), to: CAUSES.lesions.to } : STEPS[step];
}
