// For the statistician: what was planned, how far the reading is without who reads, and results once it has ended.
import { useEffect, type ReactNode } from "react";

import { isOver, makeResults, readResults, Refusal, STANDING_PROTOCOL, type FrozenProtocol, type ReadingCounts, type Results } from "../../api";
import { Button } from "../../design/Button";
import { Empty, Failure, Notice, Waiting } from "../../design/Notice";
import { Asked } from "../shell/Asked";
import { Title } from "../shell/Shell";
import { useAnswer } from "../shell/useAnswer";
import { useDoing } from "../shell/useDoing";
import { many, moment } from "../shell/words";
import { Explored } from "./Explored";
import { Files } from "./Files";
import { lastChance } from "../coordinator/NewLesions";
import { OWN_ONLY } from "../coordinator/Progress";
import styles from "./Results.module.css";

const ASK_AGAIN_MS = 1000;

export default function ResultsPage() {
  const answer = useAnswer(readResults);
  const { value: results, error, again, set } = answer;
  const isWorking = Boolean(results?.work && !isOver(results.work));
  useEffect(() => {
    if (!isWorking) return undefined;
    const timer = window.setInterval(again, ASK_AGAIN_MS);
    return () => window.clearInterval(timer);
  }, [isWorking, again]);
  if (!results) return <Asked title="Results" answer={answer} />;
  return (
    <>
      <Title under="No outcome is shown before the last lock. Who looks here is recorded.">Results</Title>
      {error ? <Failure error={error} /> : null}
      {results.made?.is_current ? <div className={styles["explored"]}><Explored key={results.made.made_at} /></div> : null}
      <div className={styles["halves"]}>
        <section className={styles["block"]} aria-label="Results">
          <Made results={results} onMade={set} />
        </section>
        <section className={styles["block"]} aria-labelledby="reading">
          <h2 id="reading">The reading</h2>
          <Counts reading={results.reading} />
          <h2>Its design</h2>
          <Design results={results} />
        </section>
      </div>
      <Protocol protocol={results.protocol} />
    </>
  );
}

function Made({ results, onMade }: { results: Results; onMade: (results: Results) => void }) {
  const doing = useDoing();
  const { made, work, waits_for: waits } = results;
  const isWorking = Boolean(work && !isOver(work));
  if (waits) {
    return (
      <Empty title="Not yet">
        <p>{waits.error.sentence}</p>
        <p>{waitsFor(results.reading)}</p>
        <p>{waits.error.remedy}</p>
        <p className="soft mono">{waits.error.code}</p>
      </Empty>
    );
  }
  return (
    <>
      {made?.is_current ? (
        <Files made={made} />
      ) : (
        <p>
          {made
            ? `Since the results were made, ${made.since.length > 0 ? made.since.join("; ") : "the reading was opened again"}.`
            : "Every reading is locked: the results can be made."}
        </p>
      )}
      {results.reading.n_not_given > 0 ? (
        <Notice>
          <p>{lastChance(results.reading.n_not_given)}</p>
        </Notice>
      ) : null}
      {isWorking ? (
        <Waiting>{work?.step ? `${work.step}, ${work.done} of ${work.total}` : "Making the results"}</Waiting>
      ) : (
        <Button
          kind={made?.is_current ? "plain" : "main"}
          isDisabled={doing.busy}
          onPress={() => void doing.start(async () => onMade(await makeResults()))}
        >
          {made ? "Make them again" : "Make the results"}
        </Button>
      )}
      {!isWorking && work?.state === "failed" ? <Failure error={Refusal.from(0, work.error)} /> : null}
      {doing.error ? <Failure error={doing.error} /> : null}
    </>
  );
}

/** What must be done before there are results, and by whom. */
function waitsFor(reading: ReadingCounts): string {
  if (reading.n_readings === 0) return "A coordinator draws up the reading under Design, or brings the regions of another program in.";
  const open = reading.n_readings - reading.n_locked;
  if (open > 0) return `The readers still lock ${many(open, "reading")}.`;
  if (reading.n_to_decide) return `${many(reading.n_to_decide, "difference")} between readers waits for whoever decides, under Adjudication.`;
  return "The person who sealed the outcomes opens them under Blinding.";
}

function Counts({ reading }: { reading: ReadingCounts }) {
  return (
    <Facts>
      <Fact name="Locked">
        {reading.n_locked} of {many(reading.n_readings, "reading")}
      </Fact>
      <Fact name="Begun">{reading.n_begun}</Fact>
      <Fact name="Cannot be assessed">{reading.n_cannot_assess}</Fact>
      <Fact name="Amended">{reading.n_amended}</Fact>
      <Fact name="Differences">
        {reading.is_own_only ? OWN_ONLY : `${reading.n_decided} decided, ${reading.n_to_decide} open`}
      </Fact>
      <Fact name="Outcomes">{reading.is_sealed ? "Sealed" : "Not sealed"}</Fact>
    </Facts>
  );
}

function Design({ results: { design } }: { results: Results }) {
  if (!design) return <p>Nobody has drawn one up yet.</p>;
  return (
    <Facts>
      <Fact name="Stands since">{design.started_at ? moment(design.started_at) : "Not begun: it may still change"}</Fact>
      <Fact name="Readers">{design.n_readers}</Fact>
      <Fact name="Who decide differences">{design.n_adjudicators}</Fact>
      <Fact name="Training cases">{design.n_training}</Fact>
      <Fact name="Seed of the order">{design.seed}</Fact>
    </Facts>
  );
}

function Protocol({ protocol }: { protocol: FrozenProtocol | null }) {
  if (!protocol) return null;
  return (
    <section className={styles["block"]} aria-labelledby="protocol">
      <h2 id="protocol">The protocol</h2>
      {protocol.is_changed ? (
        <Notice>
          <p>study.toml says other than this since. Nothing runs until a coordinator amends it with a reason.</p>
        </Notice>
      ) : (
        <p>
          <a href={STANDING_PROTOCOL} target="_blank" rel="noreferrer">
            Read it as two pages
          </a>
          , in words, to print and to sign.
        </p>
      )}
      <Facts>
        <Fact name="Frozen">{protocol.frozen_at ? moment(protocol.frozen_at) : "Not yet"}</Fact>
        <Fact name="Version">{protocol.version}</Fact>
        {protocol.amendments.map((one) => (
          <Fact key={one.version} name={`Amended ${moment(one.at)}`}>
            {one.reason}
          </Fact>
        ))}
      </Facts>
      <details className={styles["details"]}>
        <summary>For the record: its digest and its file, word for word</summary>
        <p>
          Digest of version {protocol.version}: <span className="mono">{protocol.digest}</span>
        </p>
        <pre className={styles["text"]} tabIndex={0} aria-label="The protocol word for word">
          {protocol.text}
        </pre>
      </details>
    </section>
  );
}

const Facts = ({ children }: { children: ReactNode }) => <dl className={styles["facts"]}>{children}</dl>;

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
