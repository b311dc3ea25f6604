// The picture of the sign-in pages: lines of equal ADC round a lesion, one of them drawn by hand.
const TURN = 2 * Math.PI;
const STEPS = 96;

function radius(level: number, angle: number): number {
  const wobble =
    0.13 * Math.sin(2 * angle + 0.7) + 0.07 * Math.sin(3 * angle - 1.1) + 0.035 * Math.sin(5 * angle + level * 0.35);
  return 26 + 23 * level * (1 + wobble * (0.55 + 0.06 * level));
}

function line(level: number): string {
  const points = Array.from({ length: STEPS }, (_, at) => {
    const angle = (at / STEPS) * TURN;
    const far = radius(level, angle);
    return `${(far * 1.12 * Math.cos(angle)).toFixed(1)} ${(far * 0.92 * Math.sin(angle)).toFixed(1)}`;
  });
  return `M${points.join("L")}Z`;
}

const LEVELS = Array.from({ length: 24 }, (_, level) => level);
const CHOSEN = 5;

export function Isolines({ className }: { className?: string | undefined }) {
  return (
    <svg viewBox="-330 -300 660 600" preserveAspectRatio="xMidYMid slice" className={className} aria-hidden="true">
      <g fill="none" stroke="var(--edge)" strokeWidth="0.8">
        {LEVELS.map((level) => (
          <path key={level} d={line(level)} opacity={Math.max(0.12, 0.85 - level * 0.035)} />
        ))}
      </g>
      <path d={line(CHOSEN)} fill="none" stroke="var(--lamp)" strokeWidth="2.4" />
      <path d="M-7 0H7M0 -7V7" stroke="var(--ink-strong)" strokeWidth="1.2" />
    </svg>
  );
}
