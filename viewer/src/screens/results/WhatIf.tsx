// What a reviewer asks for, as ticks: each choice runs the whole analysis again on the server.
import type { OfferedChoices, WhatIfChoices } from "../../api";
import { Button } from "../../design/Button";
import { NumberLine, OneOf, Tick } from "../../design/Field";
import styles from "./Explored.module.css";
import { isChosen, NO_CHOICES } from "./kept";

const AS_PLANNED = { id: "", label: "as the protocol says" };
const MAPS: Record<string, string> = {
  scanner: "the scanner's own map",
  refit: "refitted from the diffusion images",
  "refit-registered": "refitted after registration",
};
const DAYS = 90;

type Props = { offered: OfferedChoices; choices: WhatIfChoices; mapOfRecord: string; onChange: (choices: WhatIfChoices) => void };

export function WhatIf({ offered, choices, mapOfRecord, onChange }: Props) {
  const put = (part: Partial<WhatIfChoices>) => onChange({ ...choices, ...part });
  const named = (names: readonly string[], words: Record<string, string> = {}) => [
    AS_PLANNED,
    ...names.map((name) => ({ id: name, label: words[name] ?? name })),
  ];
  const maps = offered.maps.filter((one) => one !== mapOfRecord);
  const unknown = offered.n_treatment_unknown;
  return (
    <div className={styles["choices"]} role="group" aria-label="What if">
      <Tick isSelected={choices.exclude_treated} onChange={(exclude_treated) => put({ exclude_treated })}>
        Without those treated before the MRI ({offered.n_treated}
        {unknown ? `, ${unknown} unknown` : ""})
      </Tick>
      <div className={styles["interval"]}>
        <Tick
          isSelected={choices.interval_days !== null}
          isDisabled={offered.longest_interval_days === null}
          onChange={(on) => put({ interval_days: on ? Math.min(DAYS, offered.longest_interval_days ?? DAYS) : null })}
        >
          MRI and histology near each other
        </Tick>
        {choices.interval_days === null ? (
          <span className="soft">longest: {offered.longest_interval_days ?? "unknown"} days</span>
        ) : (
          <NumberLine
            label="At most so many days"
            value={choices.interval_days}
            least={0}
            onChange={(days) => put({ interval_days: Number.isFinite(days) ? Math.round(days) : 0 })}
          />
        )}
      </div>
      {offered.vendors.length > 1 ? (
        <OneOf label="Scanners of one maker" choices={named(offered.vendors)} value={choices.vendor} onChange={(vendor) => put({ vendor })} />
      ) : null}
      {offered.readers.length > 1 ? (
        <OneOf
          label="Readings of"
          choices={named(offered.readers, { mean: "the mean of all readers" })}
          value={choices.reader}
          onChange={(reader) => put({ reader })}
        />
      ) : null}
      {offered.editions.length > 0 ? (
        <OneOf
          label="Graded by another edition"
          choices={named(offered.editions)}
          value={choices.edition}
          onChange={(edition) => put({ edition })}
        />
      ) : null}
      {maps.length > 0 ? (
        <OneOf label="Map of record" choices={named(maps, MAPS)} value={choices.map_source} onChange={(map_source) => put({ map_source })} />
      ) : null}
      <Button isDisabled={!isChosen(choices)} onPress={() => onChange(NO_CHOICES)}>
        Back to the protocol
      </Button>
    </div>
  );
}
