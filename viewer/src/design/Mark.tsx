// The sign of Adcurate: a contour drawn by hand, and the point it was drawn around.
export function Mark({ size = "1.3em" }: { size?: string }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" fill="none" strokeLinecap="round">
      <path
        d="M17.5 3.6c6.3.4 11 4.9 10.9 11.4-.1 7.7-5.2 13.6-12.7 13.3C8.9 28 3.5 23.4 3.9 16.3 4.3 9.3 9.9 3.8 15.1 4.9"
        stroke="var(--lamp)"
        strokeWidth="2.2"
      />
      <path d="M16 12.6v7M12.5 16.1h7" stroke="var(--ink-strong)" strokeWidth="1.6" />
    </svg>
  );
}
