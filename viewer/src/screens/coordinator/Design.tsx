// Who reads, in which order, and whether the reading may begin. What the protocol fixes is shown, not asked.
import { useState } from "react";

import { previewDesign, readDesign, saveDesign, startReading, type DesignPage, type ReadDesign } from "../../api";
import { Button } from "../../design/Button";
import { NumberLine, Tick } from "../../design/Field";
import { Failure, Notice, Waiting } from "../../design/Notice";
import { Window } from "../../design/Window";
import { Title } from "../shell/Shell";
import { useAnswer } from "../shell/useAnswer";
import { useDoing } from "../shell/useDoing";
import { moment } from "../shell/words";
import styles from "./Coordinator.module.css";
import { Names } from "./Names";
import { PreviewedDesign } from "./PreviewedDesign";
import { Rules } from "./Rules";

export default function Design() {
  const { value, error, set } = useAnswer(readDesign);
  if (error) return <Failure error={error} />;
  if (!value) return <Waiting />;
  return <DesignForm page={value} onSaved={set} />;
}

function DesignForm({ page, onSaved }: { page: DesignPage; onSaved: (page: DesignPage) => void }) {
  const [design, setDesign] = useState<ReadDesign>(page.design);
  const [asking, setAsking] = useState(false);
  const saving = useDoing();
  const begun = Boolean(page.started_at);
  const isChanged = JSON.stringify(design) !== JSON.stringify(page.design);
  const preview = useAnswer((signal) => previewDesign(design, signal), [JSON.stringify(design)]);
  const change = (part: Partial<ReadDesign>) => setDesign({ ...design, ...part });
  const save = () => void saving.start(async () => onSaved(await saveDesign(design)));
  const ready = preview.value !== null && preview.value.problems.length === 0 && preview.value.n_lesions > 0;

  return (
    <>
      <Title
        under={begun ? `The reading began ${moment(page.started_at)}: the design stands; people may be added.` : "Fixed once the reading begins."}
        deeds={
          <div className={styles["ends"]}>
            <Button onPress={save} isDisabled={saving.busy || !isChanged} kind={isChanged ? "main" : "plain"}>
              Save
            </Button>
            {begun ? null : (
              <Button kind={isChanged ? "plain" : "main"} isDisabled={isChanged || !ready} onPress={() => setAsking(true)}>
                Begin the reading
              </Button>
            )}
          </div>
        }
      >
        Design
      </Title>
      {saving.error ? <Failure error={saving.error} /> : null}
      <div className={styles["halves"]}>
        <div>
          <section className={styles["block"]}>
            <h2>Readers</h2>
            <Names
              label="Reader"
              names={design.readers}
              candidates={page.people.filter((one) => one.is_reader)}
              fixed={begun ? page.design.readers : []}
              onChange={(readers) => change({ readers })}
            />
          </section>
          <section className={styles["block"]}>
            <h2>Who decides where readers differ</h2>
            <Names
              label="Adjudicator"
              names={design.adjudicators}
              candidates={page.people}
              fixed={begun ? page.design.adjudicators : []}
              onChange={(adjudicators) => change({ adjudicators })}
            />
          </section>
          <section className={styles["block"]}>
            <h2>Order</h2>
            <NumberLine
              label="Seed"
              value={design.seed}
              onChange={(seed) => change({ seed })}
              least={0}
              isDisabled={begun}
              hint="Every reader gets another order; the same seed gives the same orders again."
            />
          </section>
          {page.rules.training_cases > 0 ? (
            <section className={styles["block"]}>
              <h2>Training cases</h2>
              <Names
                label="Lesion"
                names={design.training}
                candidates={[]}
                fixed={begun ? page.design.training : []}
                onChange={(training) => change({ training })}
              />
              <Names
                label="Compared with the contours of"
                names={design.training_reference ? [design.training_reference] : []}
                candidates={page.people}
                fixed={begun ? [page.design.training_reference] : []}
                most={1}
                onChange={([training_reference = ""]) => change({ training_reference })}
              />
            </section>
          ) : null}
        </div>
        <div>
          <PreviewedDesign preview={preview.value} error={preview.error} />
          <Rules rules={page.rules} />
        </div>
      </div>
      {asking ? (
        <Begin
          withoutPointer={preview.value?.without_pointer.length ?? 0}
          onClose={() => setAsking(false)}
          onBegun={(started) => {
            setAsking(false);
            onSaved(started);
          }}
        />
      ) : null}
    </>
  );
}

type BeginProps = { withoutPointer: number; onClose: () => void; onBegun: (page: DesignPage) => void };

function Begin({ withoutPointer, onClose, onBegun }: BeginProps) {
  const [leaveOut, setLeaveOut] = useState(false);
  const doing = useDoing();
  const begin = () => void doing.start(async () => onBegun(await startReading(leaveOut)));
  return (
    <Window title="Begin the reading" isOpen onClose={onClose}>
      <p>Every reader gets a list of cases. From then on the design and the protocol stand.</p>
      {withoutPointer > 0 ? (
        <>
          <Notice>
            <p>{withoutPointer} lesions have no pointer: a reader could not tell which one is meant.</p>
          </Notice>
          <Tick isSelected={leaveOut} onChange={setLeaveOut}>
            Leave them out of the reading
          </Tick>
        </>
      ) : null}
      {doing.error ? <Failure error={doing.error} /> : null}
      <div className={styles["ends"]}>
        <Button kind="main" onPress={begin} isDisabled={doing.busy || (withoutPointer > 0 && !leaveOut)} autoFocus>
          Begin
        </Button>
        <Button onPress={onClose}>Not yet</Button>
      </div>
    </Window>
  );
}
