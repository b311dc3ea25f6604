// Who was screened, and whose exams have come: the list as a grid, and the exams beside the visits that wait for them.
import { useState } from "react";

import { readPatients } from "../../api";
import { Segments } from "../../design/Field";
import { AskedPart } from "../shell/Asked";
import { Title } from "../shell/Shell";
import { useAnswer } from "../shell/useAnswer";
import { Exams } from "./exams/Exams";
import { Term } from "../shell/Term";
import { List } from "./list/List";

type Part = "list" | "exams";

export default function Patients() {
  const [part, setPart] = useState<Part>("list");
  return (
    <>
      <Title
        under={
          <>
            Everyone who was screened, included or excluded with a reason. A hospital number becomes a study code as you type
            it and is not shown again: only the <Term word="vault">vault</Term> keeps it. Who opens the list sees grades, and
            the log says so.
          </>
        }
        deeds={
          <Segments<Part>
            label="Part of the page"
            hideLabel
            value={part}
            onChange={setPart}
            choices={[
              { id: "list", label: "List" },
              { id: "exams", label: "Exams" },
            ]}
          />
        }
      >
        Subjects
      </Title>
      {part === "exams" ? <Exams /> : <OpenedList />}
    </>
  );
}

function OpenedList() {
  const answer = useAnswer(readPatients);
  const { value, set } = answer;
  const [turn, setTurn] = useState(0);
  if (!value) return <AskedPart answer={answer} />;
  return (
    <List
      key={turn}
      answer={value}
      onAnew={(answer) => {
        set(answer);
        setTurn((now) => now + 1);
      }}
    />
  );
}
