// The only way from the page to the server.
export * from "./adjudication";
export * from "./audit";
export * from "./client";
export * from "./coordinator";
export * from "./images";
export * from "./handOver";
export * from "./home";
export * from "./keep";
export * from "./names";
export * from "./patients";
export * from "./people";
export * from "./protocol";
export * from "./reading";
export * from "./refusal";
export * from "./results";
export * from "./session";
export * from "./work";
