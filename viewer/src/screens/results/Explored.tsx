// The results to explore: main numbers, plots that lead to lesions, the plan's answers, and what moves with other choices.
import { useEffect, useLayoutEffect, useRef, useState } from "react";

import { askWhatIf, exploreResults, isOver, Refusal, reportPage, stopWhatIf, type FoundWhatIf, type ResultsView, type WhatIfChoices, type Work } from "../../api";
import { Button } from "../../design/Button";
import { Segments, TextLine } from "../../design/Field";
import { Failure, Notice } from "../../design/Notice";
import { Table } from "../../design/Table";
import { AskedPart } from "../shell/Asked";
import { Link } from "../shell/Link";
import { goTo } from "../shell/place";
import { useAnswer } from "../shell/useAnswer";
import { many } from "../shell/words";
import styles from "./Explored.module.css";
import { isChosen, kept, lesionPath, NO_CHOICES } from "./kept";
import { Letter, Main, Moved } from "./Moved";
import { Plot } from "./Plot";
import { Blocks, Sections } from "./Sections";
import { WhatIf } from "./WhatIf";

const ASK_AGAIN_MS = 700;
const ASK_AFTER_MS = 400;
const MOST_CASES = 100;

export function Explored() {
  const answer = useAnswer(exploreResults);
  const [choices, setChoices] = useState<WhatIfChoices>(kept.choices);
  const { found, work, failure } = useWhatIf(choices);
  const { value } = answer;
  if (!value) return <AskedPart answer={answer} />;
  const choose = (next: WhatIfChoices) => {
    kept.choices = next;
    setChoices(next);
  };
  return (
    <Shown
      view={value.view}
      found={isChosen(choices) ? found : null}
      panel={
        <>
          <WhatIf offered={value.offered} choices={choices} mapOfRecord={value.view.map_of_record} onChange={choose} />
          {work && !isOver(work) ? (
            <div className={styles["working"]} role="status">
              <p>{work.step ? `${work.step}, ${work.done} of ${work.total}` : "Analysing again"} …</p>
              <Button
                kind="quiet"
                onPress={() => {
                  void stopWhatIf(work.id);
                  choose(NO_CHOICES);
                }}
              >
                Stop
              </Button>
            </div>
          ) : null}
          {failure ? <Failure error={failure} /> : null}
        </>
      }
    />
  );
}

/** What came out with the choices, asked for until it is there; the last answer stays while the next is made. */
function useWhatIf(choices: WhatIfChoices) {
  const [found, setFound] = useState<FoundWhatIf | null>(null);
  const [work, setWork] = useState<Work | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const said = JSON.stringify(choices);
  useEffect(() => {
    setWork(null);
    setFailure(null);
    if (!isChosen(choices)) {
      setFound(null);
      return undefined;
    }
    const stop = new AbortController();
    let timer = 0;
    const ask = async (after: string) => {
      try {
        const answer = await askWhatIf(choices, after, stop.signal);
        if (stop.signal.aborted) return;
        setWork(answer.work);
        if (answer.found) setFound(answer.found);
        else if (answer.work && isOver(answer.work) && answer.work.state !== "done") {
          setFound(null);
          setFailure(Refusal.from(0, answer.work.error));
        } else timer = window.setTimeout(() => void ask(answer.work?.id ?? ""), ASK_AGAIN_MS);
      } catch (thrown) {
        if (!stop.signal.aborted) setFailure(thrown);
      }
    };
    timer = window.setTimeout(() => void ask(""), ASK_AFTER_MS);
    return () => {
      stop.abort();
      window.clearTimeout(timer);
    };
  }, [said]);
  return { found, work, failure };
}

function Shown({ view, found, panel }: { view: ResultsView; found: FoundWhatIf | null; panel: React.ReactNode }) {
  const shown = found?.view ?? view;
  const [marker, setMarker] = useState(kept.marker || (view.markers[0] ?? ""));
  const page = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (kept.scroll) window.scrollTo(0, kept.scroll);
    kept.scroll = 0;
  }, []);
  const open = (caseName: string) => {
    const one = view.cases.find((each) => each.case === caseName);
    if (!one) return;
    kept.scroll = window.scrollY;
    goTo(lesionPath(one.subject, one.lesion));
  };
  const summary = shown.sections.find((one) => one.anchor === "summary");
  const plots = shown.plots.filter((one) => one.marker === marker);
  return (
    <div className={styles["page"]} ref={page}>
      <aside className={styles["side"]}>
        <h2>What if</h2>
        <p className="soft">Asked after results are known, so post hoc. The protocol and its results stay as they are.</p>
        {panel}
        <nav aria-label="On this page" className={styles["index"]}>
          <a href="#numbers">Main numbers</a>
          <a href="#plots">Plots</a>
          <a href="#planned">Planned questions</a>
          <a href="#post-hoc">Exploratory</a>
          <a href="#cases">Cases</a>
          <a href={reportPage()} target="_blank" rel="noreferrer">
            The report in its own window
          </a>
        </nav>
      </aside>
      <div className={styles["body"]}>
        {found ? (
          <Notice>
            <p>
              <strong>Post hoc: {found.choices.join("; ")}.</strong> {shown.main[0]?.shown} of {view.main[0]?.shown} cases are analysed. Text,
              tables and plots below are of these.
            </p>
          </Notice>
        ) : null}
        {view.statement ? <p className="soft">{view.statement}</p> : null}
        <section id="numbers" aria-label="Main numbers" className={styles["block"]}>
          {summary ? (
            <div className={styles["summary"]}>
              <Blocks blocks={summary.blocks} />
            </div>
          ) : null}
          <div className={styles["numbers"]}>
            <Main before={view} after={found?.view ?? null} />
          </div>
          {found ? <Letter text={found.letter} /> : null}
          {found ? <Moved moved={found.moved} /> : null}
        </section>
        <section id="plots" aria-labelledby="title-plots" className={styles["block"]}>
          <div className={styles["line"]}>
            <h2 id="title-plots">Plots</h2>
            {view.markers.length > 1 ? (
              <Segments
                label="Marker"
                hideLabel
                choices={view.markers.map((name) => ({ id: name, label: name }))}
                value={marker}
                onChange={(name) => {
                  kept.marker = name;
                  setMarker(name);
                }}
              />
            ) : null}
          </div>
          <div className={styles["plots"]}>
            {plots.map((plot) => (
              <Plot key={plot.title} plot={plot} onOpen={open} />
            ))}
          </div>
        </section>
        <Sections sections={shown.sections} />
        <Cases view={shown} />
      </div>
    </div>
  );
}

function Cases({ view }: { view: ResultsView }) {
  const [wanted, setWanted] = useState("");
  const lower = wanted.trim().toLowerCase();
  const found = view.cases.filter((one) => `${one.case} ${one.grade} ${one.vendor}`.toLowerCase().includes(lower));
  const first = found.slice(0, MOST_CASES);
  return (
    <section id="cases" aria-labelledby="title-cases" className={styles["block"]}>
      <h2 id="title-cases">Cases</h2>
      <TextLine label="Find by code, grade or maker" value={wanted} onChange={setWanted} />
      <Table
        caption={found.length > first.length ? `${first.length} of ${many(found.length, "case")}` : many(found.length, "case")}
        columns={[
          { label: "Case" },
          { label: "Grade" },
          { label: "Scanner" },
          ...view.markers.map((name) => ({ label: name, number: true })),
          { label: "Rests on one voxel" },
        ]}
      >
        {first.map((one) => (
          <tr key={one.case}>
            <th scope="row" onClickCapture={() => (kept.scroll = window.scrollY)}>
              <Link to={lesionPath(one.subject, one.lesion)}>{one.case}</Link>
            </th>
            <td>{one.grade}</td>
            <td>{one.vendor}</td>
            {one.values.map((value, at) => (
              <td key={at} className="number">
                {value}
              </td>
            ))}
            <td>{one.one_voxel ? "yes" : ""}</td>
          </tr>
        ))}
      </Table>
    </section>
  );
}
