// Where the study stands: its steps, what comes next, whom it waits for, what was found.
import { readHome, type CountedFinding, type Home, type WaitedFor } from "../../api";
import { Button } from "../../design/Button";
import { Notice } from "../../design/Notice";
import { Table } from "../../design/Table";
import { Asked } from "../shell/Asked";
import { Link } from "../shell/Link";
import { goTo } from "../shell/place";
import { Title } from "../shell/Shell";
import { Term } from "../shell/Term";
import { useAnswer } from "../shell/useAnswer";
import { many, moment } from "../shell/words";
import styles from "./Home.module.css";
import { CAUSES, nextOf, STEPS } from "./words";

export default function HomePage({ title }: { title: string }) {
  const answer = useAnswer(readHome);
  const home = answer.value;
  if (!home) return <Asked title={title} answer={answer} />;
  const next = home.next_step ? nextOf(home.next_step, home) : null;
  return (
    <>
      <Title
        under={next ? undefined : "Every step is done. What changes from now on is handed over again, with a reason."}
        deeds={
          next ? (
            <Button kind="main" large onPress={() => goTo(next.to)}>
              {next.does}
            </Button>
          ) : undefined
        }
      >
        {title}
      </Title>
      <Steps home={home} />
      <div className={styles["halves"]}>
        <section aria-labelledby="waits">
          <h2 id="waits">Waited for</h2>
          {home.waited_for.length > 0 ? <WaitedForTable waited={home.waited_for} /> : <p className="soft">Nobody is waited for.</p>}
        </section>
        <section aria-labelledby="there">
          <h2 id="there">What is there</h2>
          {home.n_rows + home.n_objects + home.n_quarantined + home.n_foreign_regions === 0 && !home.last_backup ? <Nothing /> : <Counts home={home} />}
        </section>
      </div>
      <section className={styles["findings"]} aria-labelledby="found">
        <h2 id="found">Findings</h2>
        {home.findings.length > 0 ? <Findings found={home.findings} /> : <p className="soft">None so far.</p>}
      </section>
    </>
  );
}

function Steps({ home }: { home: Home }) {
  return (
    <ol className={styles["steps"]}>
      {home.steps.map((step) => {
        const words = STEPS[step.name];
        const isNext = step.name === home.next_step;
        const state = step.is_done ? "done" : isNext ? "next" : "open";
        return (
          <li key={step.name} className={styles[state]} aria-current={isNext ? "step" : undefined}>
            <Link to={words.to}>{words.label}</Link>
            <span className={styles["count"]}>
              {step.is_done && !step.n_all ? "done" : step.n_all ? `${step.n_done} / ${step.n_all}` : isNext ? "next" : "–"}
            </span>
            <span className="unseen">{state}</span>
          </li>
        );
      })}
    </ol>
  );
}

function WaitedForTable({ waited }: { waited: readonly WaitedFor[] }) {
  return (
    <Table columns={[{ label: "Who" }, { label: "For what" }]}>
      {waited.map((one) => (
        <tr key={one.who + one.cause}>
          <th scope="row">{one.who}</th>
          <td>
            <Link to={CAUSES[one.cause].to}>{CAUSES[one.cause].says(one.n)}</Link>
            {one.names.length > 0 ? <span className="mono soft"> {one.names.join("  ")}</span> : null}
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Nothing() {
  return (
    <p className="soft">
      Nothing yet. Begin with the <Link to="/patients">subjects</Link>, as a list from your spreadsheet, or with the{" "}
      <Link to="/images">images</Link>, as the PACS exported them: each finds the other. Look at the{" "}
      <Link to="/protocol">protocol</Link> before anybody reads; from then on it stands.
    </p>
  );
}
const OPEN_LINKS = "Awaited, to choose, unrequested";

function Counts({ home }: { home: Home }) {
  const backup = home.last_backup;
  const facts: [string, string, string?][] = [
    ["Rows of the worksheet", `${home.n_rows}`],
    ["Exams matched", `${home.links["matched"] ?? 0}`],
    [OPEN_LINKS, ["awaited", "ambiguous", "unrequested"].map((one) => home.links[one] ?? 0).join(", ")],
    ["Images", `${home.n_objects} of ${many(home.n_exams, "exam")}, ${many(home.n_subjects, "subject")}`],
    ["Set aside, not understood", `${home.n_quarantined}`],
    ["Exams not whole", `${home.n_unfinished}`],
    ["Regions from other programs", `${home.n_foreign_regions}`],
    ["Last backup", backup ? `${moment(backup.at)}${backup.is_whole ? "" : ", failed"}` : "none yet", "/keep"],
  ];
  return (
    <>
      <dl className={styles["facts"]}>
        {facts.map(([name, said, to]) => (
          <div key={name}>
            <dt>{name === OPEN_LINKS ? <>Awaited, to choose, <Term word="unrequested">unrequested</Term></> : name}</dt>
            <dd>{to ? <Link to={to}>{said}</Link> : said}</dd>
          </div>
        ))}
      </dl>
      {backup && !backup.is_whole ? (
        <Notice>
          <p>The last backup failed. Keep says why.</p>
        </Notice>
      ) : null}
    </>
  );
}

const WEIGHTS = { serious: "a number may be wrong", warning: "look before you publish", note: "for the record" };

function Findings({ found }: { found: readonly CountedFinding[] }) {
  return (
    <Table columns={[{ label: "What" }, { label: "How often", number: true }, { label: "Weight" }, { label: "Code" }]}>
      {found.map((one) => (
        <tr key={one.code}>
          <th scope="row" className={styles["sentence"]}>
            {one.sentence}
          </th>
          <td className="number">{one.n}</td>
          <td className={styles[one.severity]}>{WEIGHTS[one.severity]}</td>
          <td className="mono soft">{one.code}</td>
        </tr>
      ))}
    </Table>
  );
}
