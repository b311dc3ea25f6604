// A page whose answer is not there: being waited for, or refused with a way to ask again.
import { Button } from "../../design/Button";
import { Failure, Waiting } from "../../design/Notice";
import { Title } from "./Shell";
import type { Answer } from "./useAnswer";

type Asking = Pick<Answer<unknown>, "error" | "again">;

export function Asked({ title, answer }: { title: string; answer: Asking }) {
  if (!answer.error) return <Waiting />;
  return (
    <>
      <Title>{title}</Title>
      <AskedPart answer={answer} />
    </>
  );
}

/** The same for a part of a page, which has its title. */
export function AskedPart({ answer }: { answer: Asking }) {
  if (!answer.error) return <Waiting />;
  return (
    <div style={{ display: "grid", gap: "var(--s4)", justifyItems: "start" }}>
      <Failure error={answer.error} />
      <Button onPress={answer.again}>Ask again</Button>
    </div>
  );
}
