// What the signed document says beside the protocol, and the document itself in a window of its own.
import { useEffect, useState } from "react";

import { PROTOCOL_DOCUMENT, readDocumentFacts, saveDocumentFacts, type DocumentFacts } from "../../api";
import { Button } from "../../design/Button";
import { NumberLine, TextLine } from "../../design/Field";
import { Failure, Waiting } from "../../design/Notice";
import { Window } from "../../design/Window";
import { useAnswer } from "../shell/useAnswer";
import { useDoing } from "../shell/useDoing";
import styles from "./Protocol.module.css";

const LONGEST_YEARS = 100;

export function PrintWindow({ onClose }: { onClose: () => void }) {
  const asked = useAnswer(readDocumentFacts);
  const [facts, setFacts] = useState<DocumentFacts | null>(null);
  const doing = useDoing();
  useEffect(() => setFacts(asked.value), [asked.value]);
  const put = (part: Partial<DocumentFacts>) => setFacts((now) => (now ? { ...now, ...part } : now));
  const open = () => {
    // Opened before the answer comes: a window that opens later is taken for an advertisement.
    const page = window.open("about:blank", "_blank");
    void doing.start(async () => {
      if (facts) await saveDocumentFacts(facts);
      if (page) page.location.href = PROTOCOL_DOCUMENT;
    });
  };
  return (
    <Window title="Protocol to sign" isOpen onClose={onClose}>
      <p>Two pages for an ethics committee and for the file. What is left empty stands as a line to fill in by hand.</p>
      {asked.error || doing.error ? <Failure error={asked.error ?? doing.error} /> : null}
      {facts ? (
        <div className={styles["facts"]}>
          <TextLine label="Institution" value={facts.institution} onChange={(institution) => put({ institution })} autoFocus />
          <TextLine label="Responsible" value={facts.responsible} onChange={(responsible) => put({ responsible })} />
          <TextLine label="Sites" value={facts.sites} onChange={(sites) => put({ sites })} />
          <TextLine label="Period" value={facts.period} onChange={(period) => put({ period })} />
          <NumberLine
            label="Data kept after publication, years"
            value={facts.retention_years}
            least={0}
            most={LONGEST_YEARS}
            onChange={(retention_years) => put({ retention_years: retention_years || 0 })}
          />
          <NumberLine
            label="Table of persons kept, years"
            value={facts.key_years}
            least={0}
            most={LONGEST_YEARS}
            onChange={(key_years) => put({ key_years: key_years || 0 })}
          />
        </div>
      ) : (
        <Waiting />
      )}
      <div className={styles["ends"]}>
        <Button kind="main" onPress={open} isDisabled={!facts || doing.busy}>
          Open the document
        </Button>
        <Button onPress={onClose}>Close</Button>
      </div>
    </Window>
  );
}
