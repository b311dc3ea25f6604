// The files of the results, each with what it is for.
import { resultFile, type MadeResults } from "../../api";
import { moment } from "../shell/words";
import styles from "./Results.module.css";

const ABOUT: Record<string, string> = {
  "report.html": "The report with its figures, to read and to print",
  "analysis.json": "Every number of the analysis, nothing rounded",
  "cases.csv": "One row for each case: grade, marker, scanner",
  "measurements.csv": "One row for each region on each map",
  "codebook.csv": "What each column of the two tables means",
};

export function Files({ made }: { made: MadeResults }) {
  return (
    <>
      <h2>Made {moment(made.made_at)}</h2>
      <ul className={styles["files"]}>
        {made.files.map((file) => (
          <li key={file.name}>
            <a href={resultFile(file.name)} download={file.name}>
              {file.name}
            </a>
            <span className="soft">
              {ABOUT[file.name]}, {size(file.n_bytes)}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
