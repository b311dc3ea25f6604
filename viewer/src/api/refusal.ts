// A question that the server did not answer: the code, the sentence and the remedy that it gave.

type Facts = Record<string, string | number | null>;

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    sentence: string,
    readonly remedy: string,
    readonly body: unknown = null,
    readonly facts: Facts = {},
  ) {
    super(sentence);
    this.name = "Refusal";
  }

  /** From an answer's body, which need not be ours: a proxy may have written it. */
  static from(status: number, body: unknown): Refusal {
    const error = (body as { error?: { code?: string; sentence?: string; remedy?: string; facts?: Facts } } | null)
      ?.error;
    if (error?.code && error.sentence) {
      return new Refusal(status, error.code, error.sentence, error.remedy ?? "", body, error.facts ?? {});
    }
    return new Refusal(
      status,
      `http.${status}`,
      `The server answered ${status} and did not say why.`,
      "Try again; if it stays, ask who looks after the server.",
      body,
    );
  }

  /** From whatever was thrown: mostly a connection that is not there. */
  static of(thrown: unknown): Refusal {
    if (thrown instanceof Refusal) return thrown;
    return new Refusal(
      0,
      "network.unreachable",
      "The server does not answer.",
      "Look whether Adcurate still runs and the network is there. Nothing that was drawn is lost.",
    );
  }
}
