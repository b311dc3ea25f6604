// One exam: what each series shows and why, what a person says instead, its b-values, the unit, what was found.
import { useState } from "react";

import { qualityOf, readExam, readImages, setSeriesKind, thumbnailOf, type ExamSeen, type ImageFinding, type SeriesKind, type SeriesSeen } from "../../api";
import { Button } from "../../design/Button";
import { OneOf, TextLine } from "../../design/Field";
import { Failure, Waiting } from "../../design/Notice";
import { Table } from "../../design/Table";
import { Window } from "../../design/Window";
import { Asked } from "../shell/Asked";
import { Link } from "../shell/Link";
import { Title } from "../shell/Shell";
import { Term } from "../shell/Term";
import { useAnswer } from "../shell/useAnswer";
import { useDoing } from "../shell/useDoing";
import { many } from "../shell/words";
import styles from "./Images.module.css";
import { bs, LINK, power, PROOF, PROOF_SAYS, SHORT } from "./words";

export default function Exam({ exam }: { exam: string }) {
  const answer = useAnswer((signal) => readExam(exam, signal), [exam]);
  const { value: seen, error, set } = answer;
  const [changed, setChanged] = useState<SeriesSeen | null>(null);
  if (error && !seen) return <Asked title="Exam" answer={answer} />;
  if (!seen) return <Waiting>Looking at the exam</Waiting>;
  const { line, series } = seen;
  const link = LINK[line.link];
  const diffusion = series.filter((one) => one.ledger.length || one.n_images_without_b);
  return (
    <>
      <p className={styles["back"]}>
        <Link to="/images">All images</Link>
      </p>
      <Title
        under={[line.scanner, many(line.n_objects, "object"), link ? `worksheet: ${link}` : ""].filter(Boolean).join(" · ")}
        deeds={
          <a href={qualityOf(exam)} target="_blank" rel="noreferrer">
            Quality of its diffusion images, with pictures
          </a>
        }
      >
        {line.subject}
      </Title>
      {seen.reading_began ? <p className="soft">The readers have begun, so the roles of series stay as they are.</p> : null}
      <ul className={styles["series"]}>
        {series.map((one) => (
          <Card
            key={`${one.series}-${one.kind}`}
            exam={exam}
            one={one}
            onChange={one.told && !seen.reading_began ? () => setChanged(one) : undefined}
          />
        ))}
      </ul>
      <Findings seen={seen} />
      {diffusion.length ? <Ledger series={diffusion} /> : null}
      {changed ? (
        <KindWindow
          exam={exam}
          one={changed}
          onClose={() => setChanged(null)}
          onDone={(now) => {
            set(now);
            setChanged(null);
          }}
        />
      ) : null}
    </>
  );
}

function Card({ exam, one, onChange }: { exam: string; one: SeriesSeen; onChange: (() => void) | undefined }) {
  const [shown, setShown] = useState(true);
  const size = `${one.columns} × ${one.rows}, ${one.n_slices} slices`;
  const voxel = `${one.column_spacing_mm.toFixed(2)} × ${one.row_spacing_mm.toFixed(2)}${one.slice_thickness_mm ? ` × ${one.slice_thickness_mm.toFixed(1)}` : ""} mm`;
  return (
    <li className={`${styles["card"]} ${one.kind === "other" || one.kind === "calculated_b" ? styles["unused"] : ""}`}>
      <div className={styles["still"]}>
        {shown ? (
          <img src={thumbnailOf(exam, one)} alt={`Middle slice, ${SHORT[one.kind]}`} loading="lazy" onError={() => setShown(false)} />
        ) : (
          <span className="soft">no picture</span>
        )}
      </div>
      <div className={styles["about"]}>
        <h2>
          {SHORT[one.kind]}
          {one.is_uncertain ? <span className={styles["lacks"]}> in doubt</span> : null}
        </h2>
        <p className="soft">
          {one.number === null ? "" : `Series ${one.number} · `}
          {many(one.n_images, "image")} · {size} · {voxel}
        </p>
        {one.reason ? (
          <p>
            Set by a person: {one.reason} <span className="soft">The headers say {SHORT[one.told as SeriesKind]}.</span>
          </p>
        ) : (
          <p>
            <span className="soft">Because: </span>
            {one.evidence.join("; ")}
          </p>
        )}
        {one.b_values.length ? <p>b {bs(one.b_values)} s/mm²</p> : null}
        {one.unit ? <Unit unit={one.unit} /> : null}
        {onChange ? (
          <Button kind="quiet" onPress={onChange} aria-label={`Change what series ${one.number ?? ""} shows`}>
            Change
          </Button>
        ) : null}
      </div>
    </li>
  );
}

function Unit({ unit }: { unit: NonNullable<SeriesSeen["unit"]> }) {
  const worth = unit.mm2_per_s_per_stored_unit;
  return (
    <p title={PROOF_SAYS[unit.evidence]}>
      {worth === null ? "Unit" : `1 stored unit = ${power(worth)} mm²/s,`} <span className={styles[unit.evidence || "none"]}>{PROOF[unit.evidence]}</span>
      {typeof unit.r === "number" ? <span className="soft"> (r {unit.r.toFixed(4)})</span> : null}
    </p>
  );
}

const SEVERITY: Record<ImageFinding["severity"], string> = { serious: "Serious", warning: "Check", note: "Noted" };

function Findings({ seen }: { seen: ExamSeen }) {
  const order = ["serious", "warning", "note"];
  const found = [
    ...seen.findings.map((one) => ({ where: "Exam", one })),
    ...seen.series.flatMap((series) => series.findings.map((one) => ({ where: series.number === null ? SHORT[series.kind] : `Series ${series.number}`, one }))),
  ].sort((a, b) => order.indexOf(a.one.severity) - order.indexOf(b.one.severity));
  if (!found.length) return <p className={styles["part"]}>Nothing odd was found in its headers.</p>;
  return (
    <section className={styles["part"]}>
      <h2>Found</h2>
      <Table columns={[{ label: "Weight" }, { label: "Where" }, { label: "What" }]}>
        {found.map(({ where, one }, at) => (
          <tr key={at}>
            <th scope="row" className={one.severity === "serious" ? styles["lacks"] : undefined}>
              {SEVERITY[one.severity]}
            </th>
            <td className={styles["where"]}>{where}</td>
            <td>
              {one.sentence} <span className={`${styles["code"]} mono`}>{one.code}</span>
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

const LEDGER = [
  { label: "Series", number: true },
  { label: "b used (s/mm²)", number: true },
  { label: "Chosen on the scanner", number: true },
  { label: "Where it stands" },
  { label: "Images", number: true },
];

function Ledger({ series }: { series: SeriesSeen[] }) {
  return (
    <section className={styles["part"]}>
      <h2>
        <Term word="ledger">Ledger of b-values</Term>
      </h2>
      <Table columns={LEDGER}>
        {series.flatMap((one) => [
          ...one.ledger.map((row, at) => (
            <tr key={`${one.series}-${one.kind}-${at}`}>
              <td className="number">{one.number ?? "–"}</td>
              <td className="number">{Number(row.value.toFixed(2))}</td>
              <td className="number">{row.actual === null ? "" : row.nominal}</td>
              <td>{row.source}</td>
              <td className="number">{row.frames}</td>
            </tr>
          )),
          ...(one.n_images_without_b
            ? [
                <tr key={`${one.series}-${one.kind}-none`}>
                  <td className="number">{one.number ?? "–"}</td>
                  <td className="number">none</td>
                  <td />
                  <td className={styles["lacks"]}>no b-value that can be used: not fitted</td>
                  <td className="number">{one.n_images_without_b}</td>
                </tr>,
              ]
            : []),
        ])}
      </Table>
    </section>
  );
}

function KindWindow({ exam, one, onClose, onDone }: { exam: string; one: SeriesSeen; onClose: () => void; onDone: (seen: ExamSeen) => void }) {
  const { value: images } = useAnswer(readImages);
  const [kind, setKind] = useState<SeriesKind>(one.kind);
  const [why, setWhy] = useState("");
  const doing = useDoing();
  return (
    <Window title={`What series ${one.number ?? ""} shows`} isOpen onClose={onClose}>
      <form
        className={styles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          void doing.start(async () => onDone(await setSeriesKind(exam, one, kind, why)));
        }}
      >
        <p>
          Its headers say: {SHORT[one.told as SeriesKind]}. Your word is kept with your name and reason, and maps and
          numbers follow it.
        </p>
        {images ? (
          <OneOf label="It shows" choices={images.kinds.map((each) => ({ id: each.kind, label: each.words }))} value={kind} onChange={setKind} />
        ) : (
          <Waiting />
        )}
        <TextLine label="Why" value={why} onChange={setWhy} isRequired maxLength={500} />
        {doing.error ? <Failure error={doing.error} /> : null}
        <div className={styles["deeds"]}>
          <Button type="submit" kind="main" isDisabled={kind === one.kind || !why.trim() || doing.busy}>
            Keep it
          </Button>
          <Button onPress={onClose}>Close</Button>
        </div>
      </form>
    </Window>
  );
}
