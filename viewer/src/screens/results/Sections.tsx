// The report's text and tables: planned questions open, what was asked later and what stands in every report folded.
import type { ReportBlock, ReportSection } from "../../api";
import styles from "./Explored.module.css";

export function Sections({ sections }: { sections: readonly ReportSection[] }) {
  const planned = sections.filter((one) => one.about === "planned");
  const later = sections.filter((one) => one.about === "post-hoc");
  const always = sections.filter((one) => one.about === "" && one.anchor !== "summary");
  return (
    <>
      {planned.map((one) => (
        <section key={one.anchor} id={one.anchor} aria-labelledby={`title-${one.anchor}`}>
          <h2 id={`title-${one.anchor}`}>{one.title}</h2>
          <Questions section={one} />
        </section>
      ))}
      {later.map((one) => (
        <Folded key={one.anchor} section={one} note="asked by somebody who could have seen results">
          <Questions section={one} />
        </Folded>
      ))}
      <h2>What every report says</h2>
      <div>
        {always.map((one) => (
          <Folded key={one.anchor} section={one}>
            <Blocks blocks={one.blocks} />
          </Folded>
        ))}
      </div>
    </>
  );
}

function Folded({ section, note, children }: { section: ReportSection; note?: string; children: React.ReactNode }) {
  return (
    <details id={section.anchor} className={styles["folded"]}>
      <summary>
        {section.title}
        {note ? <span className="soft"> {note}</span> : null}
      </summary>
      <div className={styles["inside"]}>{children}</div>
    </details>
  );
}

/** A planned section holds one heading for each question; each opens by itself. */
function Questions({ section }: { section: ReportSection }) {
  const questions: { head: ReportBlock; blocks: ReportBlock[] }[] = [];
  for (const block of section.blocks) {
    if (block.kind === "heading") questions.push({ head: block, blocks: [] });
    else questions.at(-1)?.blocks.push(block);
  }
  return (
    <div>
      {questions.map(({ head, blocks }) => {
        const first = blocks.find((block) => block.kind === "paragraph");
        return (
          <details key={head.anchor} id={head.anchor} className={styles["folded"]}>
            <summary>
              {head.text} <span className={styles["badge"]}>{head.badge}</span>
              {first ? <span className={styles["first"]}>{first.text}</span> : null}
            </summary>
            <div className={styles["inside"]}>
              <Blocks blocks={blocks} />
            </div>
          </details>
        );
      })}
    </div>
  );
}

export function Blocks({ blocks }: { blocks: readonly ReportBlock[] }) {
  return (
    <>
      {blocks.map((block, at) => {
        if (block.kind === "table") return <ReportTable key={at} table={block} />;
        if (block.kind === "heading") return <h3 key={at}>{block.text}</h3>;
        if (block.kind === "bullets") {
          return (
            <ul key={at} className={styles["bullets"]}>
              {block.items.map((item) => (
                <li key={item}>{item}</li>
              ))}
            </ul>
          );
        }
        return (
          <p key={at} className={block.tone ? styles["remark"] : undefined} data-tone={block.tone || undefined}>
            {block.text}
          </p>
        );
      })}
    </>
  );
}

function ReportTable({ table }: { table: ReportBlock }) {
  const align = (column: number) => (table.align[column] === "r" ? "number" : undefined);
  return (
    <div className={styles["scroll"]} tabIndex={0} role="region" aria-label={table.text}>
      <table className={styles["table"]}>
        <caption>{table.text}</caption>
        <thead>
          <tr>
            {table.head.map((cell, column) => (
              <th key={column} scope="col" className={align(column)}>
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, at) =>
            table.heading_rows.includes(at) ? (
              <tr key={at} className={styles["group"]}>
                <th colSpan={table.head.length} scope="colgroup">
                  {row[0]}
                </th>
              </tr>
            ) : (
              <tr key={at}>
                {row.map((cell, column) => (
                  <td key={column} className={align(column)}>
                    {cell}
                  </td>
                ))}
              </tr>
            ),
          )}
        </tbody>
      </table>
      {table.notes.map((note) => (
        <p key={note} className="soft">
          {note}
        </p>
      ))}
    </div>
  );
}
