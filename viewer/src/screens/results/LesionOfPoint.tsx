// The lesion behind a point: four images with the contour and the lowest voxel, every region's numbers, and their trace.
import { useState } from "react";

import { seeLesion, type MeasuredLesion, type RegionImages } from "../../api";
import { Button } from "../../design/Button";
import { Tick } from "../../design/Field";
import { Notice } from "../../design/Notice";
import { Table } from "../../design/Table";
import { Asked } from "../shell/Asked";
import { goTo } from "../shell/place";
import { Title } from "../shell/Shell";
import { useAnswer } from "../shell/useAnswer";
import styles from "./Explored.module.css";

type Props = { subject: string; lesion: string };

export default function LesionOfPoint({ subject, lesion }: Props) {
  const [measurement, setMeasurement] = useState("");
  const asked = useAnswer((signal) => seeLesion(`${subject}/${lesion}`, measurement, signal), [subject, lesion, measurement]);
  if (!asked.value) return <Asked title={`${subject}, lesion ${lesion}`} answer={asked} />;
  const { value: shown } = asked;
  return (
    <>
      <Title
        under="Orange: the contour as it was measured. Blue cross: the voxel with the lowest ADC."
        deeds={
          <Button kind="main" onPress={() => goTo("/results")}>
            Back to the results
          </Button>
        }
      >
        {`${shown.subject}, lesion ${shown.lesion}`}
      </Title>
      <div className={styles["body"]}>
        {shown.images ? <Images images={shown.images} /> : <Notice>No images of this region can be shown: its slice is not in the study.</Notice>}
        <Regions lesion={shown} onShow={setMeasurement} />
        <details className={styles["folded"]}>
          <summary>Where this number comes from</summary>
          <div className={styles["inside"]}>
            <dl className={styles["facts"]}>
              {shown.place.map(([name, said]) => (
                <Fact key={name} name={name} said={said} />
              ))}
            </dl>
            <Table columns={[{ label: "Made by" }, { label: "Method" }, { label: "From", number: true }, { label: "Id" }]}>
              {shown.trace.map((step) => (
                <tr key={step.id}>
                  <td>{step.kind}</td>
                  <td>{step.method}</td>
                  <td className="number">{step.n_inputs}</td>
                  <td className="mono">{step.id.slice(0, 24)}</td>
                </tr>
              ))}
            </Table>
          </div>
        </details>
      </div>
    </>
  );
}

function Images({ images }: { images: RegionImages }) {
  const [outlined, setOutlined] = useState(true);
  const [x, y] = images.minimum;
  return (
    <section className={styles["block"]} aria-label="Images">
      <Tick isSelected={outlined} onChange={setOutlined}>
        Contour and lowest voxel
      </Tick>
      <div className={styles["images"]}>
        {images.images.map((image) => (
          <figure key={image.name} className={styles["image"]}>
            <svg viewBox="0 0 100 100" role="img" aria-label={`${image.title} with the region`}>
              <image href={image.address} x={image.x} y={image.y} width={image.width} height={image.height} preserveAspectRatio="none" />
              {outlined ? images.rings.map((ring, at) => <path key={at} className={styles["ring"]} d={`M${ring.map(([px, py]) => `${px} ${py}`).join("L")}Z`} />) : null}
              {outlined && image.name === "adc" ? <path className={styles["cross"]} d={`M${x - 2} ${y}h4M${x} ${y - 2}v4`} /> : null}
            </svg>
            <figcaption>
              <span>{image.title}</span>
              <span className="soft">{image.levels}</span>
            </figcaption>
          </figure>
        ))}
      </div>
      <p className="soft">Each image shows the same {images.side_mm.toFixed(0)} mm.</p>
    </section>
  );
}

function Regions({ lesion, onShow }: { lesion: MeasuredLesion; onShow: (measurement: string) => void }) {
  const names = lesion.regions[0]?.numbers.map(([name]) => name) ?? [];
  return (
    <section className={styles["block"]} aria-label="Numbers">
      <Table
        caption="Every region on every map; ADC in 10⁻³ mm²/s"
        columns={[
          { label: "Reader" },
          { label: "Map" },
          ...names.map((name) => ({ label: name, number: true })),
          { label: "Minimum rests on" },
          { label: "Show", unseen: true },
        ]}
      >
        {lesion.regions.map((region) => (
          <tr key={region.measurement}>
            <th scope="row">{region.reader}</th>
            <td>{region.map}</td>
            {region.numbers.map(([name, value]) => (
              <td key={name} className="number">
                {value}
              </td>
            ))}
            <td>{region.one_voxel ? "one voxel" : "several voxels"}</td>
            <td>
              {region.is_shown ? (
                "shown"
              ) : (
                <Button kind="quiet" onPress={() => onShow(region.measurement)} aria-label={`Show the region of ${region.reader} on ${region.map}`}>
                  Show
                </Button>
              )}
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

function Fact({ name, said }: { name: string; said: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className="mono">{said}</dd>
    </>
  );
}
