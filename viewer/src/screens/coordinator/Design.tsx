// Who reads, in which order, and whether the reading may begin. What the protocol fixes is shown, not asked.
import { useState } from "react";

import { listLesions, previewDesign, readDesign, saveDesign, startReading, type DesignPage, type ReadDesign } from "../../api";
import { Button } from "../../design/Button";
import { NumberLine, Tick } from "../../design/Field";
import { Failure, Notice } from "../../design/Notice";
import { Window } from "../../design/Window";
import { useActions } from "../shell/actions";
import { Asked } from "../shell/Asked";
import { Link } from "../shell/Link";
import { Title } from "../shell/Shell";
import { useAnswer } from "../shell/useAnswer";
import { useDoing } from "../shell/useDoing";
import { many, moment } from "../shell/words";
import styles from "./Coordinator.module.css";
import { Names } from "./Names";
import { NewLesions, UNTIL_WHEN } from "./NewLesions";
import { PreviewedDesign } from "./PreviewedDesign";
import { Rules } from "./Rules";

/** `mayAddPeople`: who may be chosen comes from a page that this person may open. */
export default function Design({ mayAddPeople }: { mayAddPeople: boolean }) {
  const answer = useAnswer(readDesign);
  if (!answer.value) return <Asked title="Design" answer={answer} />;
  return <DesignForm page={answer.value} mayAddPeople={mayAddPeople} onSaved={answer.set} />;
}

type FormProps = { page: DesignPage; mayAddPeople: boolean; onSaved: (page: DesignPage) => void };

function DesignForm({ page, mayAddPeople, onSaved }: FormProps) {
  const [design, setDesign] = useState<ReadDesign>(page.design);
  const [asking, setAsking] = useState(false);
  const saving = useDoing();
  const [wasSaved, setWasSaved] = useState(false);
  const begun = Boolean(page.started_at);
  const isChanged = JSON.stringify(design) !== JSON.stringify(page.design);
  const preview = useAnswer((signal) => previewDesign(design, signal), [JSON.stringify(design), page.version]);
  const change = (part: Partial<ReadDesign>) => setDesign({ ...design, ...part });
  const save = () =>
    void saving.start(async () => {
      onSaved(await saveDesign(design));
      setWasSaved(true);
    });
  const made = preview.value;
  const ready = !begun && !isChanged && made !== null && made.problems.length === 0 && made.n_lesions > 0;
  useActions([
    ...(isChanged ? [{ key: "s", name: "Save the design", run: save }] : []),
    ...(ready ? [{ key: "b", name: "Begin the reading", run: () => setAsking(true) }] : []),
  ]);

  return (
    <>
      <Title
        under={begun ? `The reading began ${moment(page.started_at)}: the design stands; ${page.late.too_late ? "people" : "people and new lesions"} may be added.` : "Fixed once the reading begins."}
        deeds={
          <div className={styles["ends"]}>
            <Button onPress={save} isDisabled={saving.busy || !isChanged} kind={isChanged ? "main" : "plain"}>
              Save
            </Button>
            {begun ? null : (
              <Button kind={isChanged ? "plain" : "main"} isDisabled={!ready} onPress={() => setAsking(true)}>
                Begin the reading
              </Button>
            )}
          </div>
        }
      >
        Design
      </Title>
      {saving.error ? <Failure error={saving.error} /> : null}
      <p role="status" className="soft">
        {wasSaved && !isChanged ? "Saved." : ""}
      </p>
      <div className={styles["halves"]}>
        <div>
          <section className={styles["block"]}>
            <h2>Readers</h2>
            <Names
              label="Reader"
              names={design.readers}
              candidates={page.people.filter((one) => one.is_reader)}
              none="Nobody has the role of a reader yet: an administrator adds people."
              fixed={begun ? page.design.readers : []}
              onChange={(readers) => change({ readers })}
            />
            <p className="soft">
              {mayAddPeople ? (
                <>
                  Somebody is missing? Add them on <Link to="/people">People</Link>.
                </>
              ) : (
                "Somebody is missing? An administrator of the study adds them."
              )}
            </p>
          </section>
          <section className={styles["block"]}>
            <h2>Who decides where readers differ</h2>
            <Names
              label="Adjudicator"
              names={design.adjudicators}
              candidates={page.people}
              none="Nobody can be named yet: an administrator adds people."
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
            <Training rules={page.rules} design={design} begun={begun} onChange={change} />
          ) : null}
        </div>
        <div>
          {begun ? <NewLesions page={page} onGiven={onSaved} /> : null}
          <PreviewedDesign answer={preview} begun={begun} />
          <Rules rules={page.rules} />
        </div>
      </div>
      {asking ? (
        <Begin
          nLesions={made?.n_lesions ?? 0}
          nReaders={design.readers.length}
          withoutPointer={made?.without_pointer.length ?? 0}
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

type TrainingProps = {
  rules: DesignPage["rules"];
  design: ReadDesign;
  begun: boolean;
  onChange: (part: Partial<ReadDesign>) => void;
};

function Training({ rules, design, begun, onChange }: TrainingProps) {
  const { value: found } = useAnswer(listLesions);
  const candidates = (found?.lesions ?? []).filter((one) => one.has_exam).map(({ key }) => ({ name: key, display_name: key }));
  return (
    <section className={styles["block"]}>
      <h2>Training cases</h2>
      <p className="soft">
        {many(rules.training_cases, "lesion")} that every reader draws first, with feedback; counted nowhere.
      </p>
      <Names
        label="Lesion"
        names={design.training}
        candidates={candidates}
        none="No lesion has an exam yet."
        fixed={begun ? design.training : []}
        most={rules.training_cases}
        onChange={(training) => onChange({ training })}
      />
      <Names
        label="Whose contours they are compared with"
        names={design.training_reference ? [design.training_reference] : []}
        candidates={null}
        fixed={begun ? [design.training_reference] : []}
        most={begun ? 0 : 1}
        onChange={([training_reference = ""]) => onChange({ training_reference })}
      />
      {begun ? null : (
        <p className="soft">
          A name as it stands with regions that were drawn elsewhere and read in. Without one, there is no feedback.
        </p>
      )}
    </section>
  );
}

type BeginProps = { nLesions: number; nReaders: number; withoutPointer: number; onClose: () => void; onBegun: (page: DesignPage) => void };

function Begin({ nLesions, nReaders, withoutPointer, onClose, onBegun }: BeginProps) {
  const [leaveOut, setLeaveOut] = useState(false);
  const doing = useDoing();
  const begin = () => void doing.start(async () => onBegun(await startReading(leaveOut)));
  return (
    <Window title="Begin the reading" isOpen onClose={onClose}>
      <p>
        Every reader gets a list of cases: {many(nLesions, "lesion")} for {many(nReaders, "reader")}. From then on the design
        and the protocol stand. What can still be added: readers, people who decide, and lesions that come late.
      </p>
      <p>{UNTIL_WHEN}</p>
      {withoutPointer > 0 ? (
        <>
          <Notice>
            <p>
              {many(withoutPointer, "lesion")} without a <Link to="/pointers">pointer</Link>: a reader could not tell which one is
              meant.
            </p>
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
