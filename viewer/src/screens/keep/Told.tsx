// What a check, a backup or its drill found, in a sentence or two.
import type { Work } from "../../api";
import { Button } from "../../design/Button";
import { Notice } from "../../design/Notice";
import { many } from "../shell/words";

type Said = Record<string, unknown>;

export function Told({ work, onDismiss }: { work: Work; onDismiss: () => void }) {
  const { good, lines } = sentences(work.kind, work.answer ?? {});
  return (
    <Notice good={good}>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      <Button kind="quiet" onPress={onDismiss}>
        Dismiss
      </Button>
    </Notice>
  );
}

function sentences(kind: string, said: Said): { good: boolean; lines: string[] } {
  const damaged = list(said["damaged"]);
  if (kind === "backup") {
    const lines = [`Backed up: ${many(Number(said["objects"]), "image")} of ${many(Number(said["subjects"]), "subject")}, ${String(said["file"])}`];
    if (damaged.length) lines.push(`Damaged in the study already: ${many(damaged.length, "file")}. Use an earlier backup for them.`);
    return { good: !damaged.length, lines };
  }
  if (kind === "drill") {
    const numbers = (said["numbers"] ?? {}) as Said;
    const moved = list(numbers["moved"]);
    return {
      good: !moved.length,
      lines: [
        `The backup restores: ${many(Number(said["objects"]), "image")} and ${many(Number(said["audit_entries"]), "entry", "entries")} of the log, every byte as it was.`,
        moved.length
          ? `${many(moved.length, "number")} came out differently when made again.`
          : `${many(Number(numbers["equal"]), "number")} made again from it: all the same.`,
      ],
    };
  }
  const isWhole = said["count_holds"] === true && !damaged.length;
  const looked = `${many(Number(said["objects"]), "image")} and ${many(Number(said["derived"]), "map or number", "maps and numbers")} were read.`;
  const vault = said["vault_records"] === null ? "The key of the persons' table is not at hand, so that was not opened." : "";
  return {
    good: isWhole,
    lines: [
      isWhole ? `${looked} All is as it was written.` : `${looked} ${many(damaged.length, "thing")} is gone or changed: ${names(damaged)}`,
      ...(isWhole ? [] : ["Restore the last whole backup, or take the images in again."]),
      ...(vault ? [vault] : []),
    ],
  };
}

const list = (said: unknown): unknown[] => (Array.isArray(said) ? said : []);

function names(damaged: unknown[]): string {
  const shown = damaged.slice(0, 5).map((one) => `${(one as Said)["what"]} ${(one as Said)["name"]}`);
  return shown.join(", ") + (damaged.length > shown.length ? " and more" : "");
}
