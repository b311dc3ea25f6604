// A page whose answer is not there: being waited for, or refused with a way to ask again.
import { Button } from "../../design/Button";
import { Failure, Waiting } from "../../design/Notice";
import { Title } from "./Shell";
import type { Answer } from "./useAnswer";

export function Asked({ title, answer }: { title: string; answer: Pick<Answer<unknown>, "error" | "again"> }) {
  if (!answer.error) return <Waiting />;
  return (
    <>
      <Title>{title}</Title>
      <div style={{ display: "grid", gap: "var(--s4)", justifyItems: "start" }}>
        <Failure error={answer.error} />
        <Button onPress={answer.again}>Ask again</Button>
      </div>
    </>
  );
}
